'use client'

import { clsx } from 'clsx'
import type { MouseEvent } from 'react'
import { Picture } from '@/components/ui/picture.tsx'
import type { GuildItem } from '@/lib/api-types.ts'

/** The switch between servers. `hrefOf(null)` is the address of all of them; left out where there is no such thing. */
export function GuildChips({
  guilds,
  current,
  hrefOf,
  onPick,
  withAll = false,
}: {
  guilds: readonly GuildItem[]
  current: string | null
  hrefOf: (guildId: string | null) => string
  onPick: (href: string) => void
  withAll?: boolean
}) {
  const pick = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onPick(event.currentTarget.getAttribute('href') ?? '/')
  }
  const chip = (isHere: boolean) =>
    clsx(
      'flex h-9 items-center gap-2 rounded-full border pr-3.5 text-sm whitespace-nowrap transition-colors',
      isHere
        ? 'border-transparent bg-text font-medium text-bg'
        : 'border-line bg-surface text-muted hover:border-line-strong hover:text-text',
    )
  return (
    <nav aria-label="Servers" className="no-scrollbar -mx-gutter overflow-x-auto px-gutter py-1">
      <ul className="flex w-max gap-2">
        {withAll ? (
          <li>
            <a
              href={hrefOf(null)}
              onClick={pick}
              aria-current={current === null ? 'true' : undefined}
              className={clsx(chip(current === null), 'pl-3.5')}
            >
              All servers
            </a>
          </li>
        ) : null}
        {guilds.map((guild) => (
          <li key={guild.id}>
            <a
              href={hrefOf(guild.id)}
              onClick={pick}
              aria-current={current === guild.id ? 'true' : undefined}
              className={clsx(chip(current === guild.id), 'pl-1.5')}
            >
              <Picture src={guild.icon} name={guild.name} className="size-6 rounded-full" />
              {guild.name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
