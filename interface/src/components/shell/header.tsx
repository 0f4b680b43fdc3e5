import Link from 'next/link'
import { LogoMark } from '@/components/ui/logo.tsx'
import { NavLinks } from './nav-links.tsx'
import { ThemeToggle } from './theme-toggle.tsx'
import { UserMenu } from './user-menu.tsx'

/** The bar on top of every page of somebody signed in. */
export function Header({
  name,
  image,
  firstGuildId,
}: {
  name: string
  image: string | null
  firstGuildId: string | null
}) {
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-bg/85 backdrop-blur-xl">
      <a
        href="#content"
        className="absolute top-2 left-2 z-10 -translate-y-16 rounded-lg bg-accent px-3 py-2 text-accent-ink focus:translate-y-0"
      >
        Skip to content
      </a>
      <div className="flex h-14 items-center gap-1 px-gutter sm:gap-3">
        <Link
          href="/"
          className="mr-1 flex items-center gap-2.5 rounded-md py-1 sm:mr-4"
          aria-label="Discord Clip Saver"
        >
          <LogoMark className="h-[1.375rem] text-accent" />
          <span className="hidden font-semibold tracking-[-0.02em] sm:block">Discord Clip Saver</span>
        </Link>
        <NavLinks firstGuildId={firstGuildId} />
        <div className="ml-auto flex items-center gap-2">
          <ThemeToggle />
          <UserMenu name={name} image={image} />
        </div>
      </div>
    </header>
  )
}
