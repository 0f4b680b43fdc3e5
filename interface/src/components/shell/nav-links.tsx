'use client'

import { clsx } from 'clsx'
import { LayoutGrid, ScanLine } from 'lucide-react'
import Link from 'next/link'
import { useParams, usePathname, useSearchParams } from 'next/navigation'

/** The two places: the library, and the scans of the server one is looking at. */
export function NavLinks({ firstGuildId }: { firstGuildId: string | null }) {
  const pathname = usePathname()
  const params = useParams<{ id?: string }>()
  const chosen = useSearchParams().get('guild')
  const isScans = pathname.startsWith('/guilds/')
  const isLibrary = pathname === '/' || pathname.startsWith('/clips/')
  const guildId = (isScans ? params.id : chosen) ?? firstGuildId
  const links = [
    {
      href: isScans && params.id ? `/?guild=${params.id}` : '/',
      label: 'Library',
      Icon: LayoutGrid,
      isHere: isLibrary,
    },
    ...(guildId ? [{ href: `/guilds/${guildId}/scans`, label: 'Scans', Icon: ScanLine, isHere: isScans }] : []),
  ]
  return (
    <nav aria-label="Main" className="flex items-center gap-1">
      {links.map(({ href, label, Icon, isHere }) => (
        <Link
          key={label}
          href={href}
          aria-current={isHere ? 'page' : undefined}
          className={clsx(
            'flex h-9 items-center gap-2 rounded-lg px-3 text-sm transition-colors',
            isHere ? 'bg-shade font-medium text-text' : 'text-muted hover:text-text',
          )}
        >
          <Icon className="size-4" aria-hidden /> {label}
        </Link>
      ))}
    </nav>
  )
}
