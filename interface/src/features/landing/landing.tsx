import Link from 'next/link'
import { LogoMark } from '@/components/ui/logo.tsx'
import { PosterWall } from './poster-wall.tsx'
import { SignInButton } from './sign-in-button.tsx'

/** What somebody sees who is not signed in. */
export function Landing({ next, isDemo }: { next: string; isDemo: boolean }) {
  return (
    <main id="content" className="dark relative isolate flex min-h-svh flex-col overflow-hidden bg-bg text-text">
      <PosterWall />
      <div className="flex h-20 items-center gap-3 px-gutter">
        <LogoMark className="h-6 text-accent" />
        <span className="font-semibold tracking-[-0.02em]">Discord Clip Saver</span>
      </div>
      <div className="flex flex-1 flex-col justify-end px-gutter pb-[12svh] sm:justify-center sm:pb-28">
        <h1 className="max-w-[13ch] animate-rise text-[clamp(2.75rem,7vw,6.5rem)] leading-[0.98] font-semibold tracking-[-0.045em] text-balance">
          Every clip your servers posted.
        </h1>
        <p className="mt-6 max-w-md text-lg leading-relaxed text-pretty text-muted">
          Found, kept, and playable in a second. You see what you may see in Discord, and nothing else.
        </p>
        <div className="mt-9">
          <SignInButton next={next} />
        </div>
        {isDemo ? (
          <p className="mt-5 max-w-md text-sm text-pretty text-muted">
            This is the demo: a Discord of its own on this machine, with made-up people and servers. Pick anybody to
            look around.
          </p>
        ) : null}
        <p className="mt-8 text-sm text-muted">
          <Link href="/privacy" className="underline underline-offset-2 hover:text-text">
            What is kept, and how to have it erased
          </Link>
        </p>
      </div>
    </main>
  )
}
