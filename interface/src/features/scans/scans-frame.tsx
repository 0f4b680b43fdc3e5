import { clsx } from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { GuildItem } from '@/lib/api-types.ts'
import { formatCount } from '@/lib/format.ts'

type Place = 'channels' | 'problems' | 'settings' | 'access' | 'audit' | 'server'

/** The head of the pages about a server: the server, and for managers the way from one to the other. */
export function ScansFrame({
  guild,
  place,
  problems,
  summary,
  actions,
  children,
}: {
  guild: GuildItem
  place: Place
  problems: number
  summary: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const at = `/guilds/${guild.id}/scans`
  const tabs: { place: Place; href: string; label: string }[] = [
    { place: 'channels', href: at, label: 'Channels' },
    { place: 'problems', href: `${at}/problems`, label: 'Problems' },
    { place: 'settings', href: `${at}/settings`, label: 'Settings' },
    { place: 'access', href: `/guilds/${guild.id}/access`, label: 'Access' },
    { place: 'audit', href: `/guilds/${guild.id}/audit`, label: 'Changes' },
    { place: 'server', href: `/guilds/${guild.id}/server`, label: 'Server' },
  ]
  return (
    <div className="mx-auto w-full max-w-5xl">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4 pt-8 pb-5">
        <div>
          <h1 className="text-2xl font-semibold tracking-[-0.02em]">{guild.name}</h1>
          <output className="mt-1 block text-muted">{summary}</output>
        </div>
        {actions}
      </div>
      {guild.canManage ? (
        <nav aria-label="This server" className="no-scrollbar mb-6 overflow-x-auto border-b border-line">
          <ul className="flex w-max gap-1">
            {tabs.map((tab) => (
              <li key={tab.place}>
                <Link
                  href={tab.href}
                  aria-current={tab.place === place ? 'page' : undefined}
                  className={clsx(
                    'flex h-10 items-center gap-2 border-b-2 px-3 text-sm transition-colors',
                    tab.place === place
                      ? 'border-accent-text font-medium text-text'
                      : 'border-transparent text-muted hover:text-text',
                  )}
                >
                  {tab.label}
                  {tab.place === 'problems' && problems > 0 ? (
                    <span
                      data-testid="problem-count"
                      className="rounded-full bg-danger-soft px-2 text-xs font-medium text-danger tabular-nums"
                    >
                      {formatCount(problems)}
                    </span>
                  ) : null}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
      {children}
    </div>
  )
}
