'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronRight, LoaderCircle } from 'lucide-react'
import Link from 'next/link'
import { Picture } from '@/components/ui/picture.tsx'
import { Group } from '@/features/scans/form-fields.tsx'
import { api } from '@/lib/api.ts'
import type { ServerList } from '@/lib/api-types.ts'
import { AddBotButton } from './add-bot-button.tsx'

const LOOK_AGAIN_MS = 2_000

const INVITATIONS: Readonly<Record<string, string>> = {
  added: 'The bot was added. Its server appears here in a moment.',
  declined: 'You said no in Discord, and the bot was not added.',
  other: 'Discord says that another server was chosen. If that was on purpose, it appears here in a moment.',
  stale: 'This invitation does not work: it was used before, took too long, or somebody else began it. Begin again.',
}

/** The viewer's servers, and those where they could add the bot. `added`: one that it was just added to. */
export function ServersView(props: { initial: ServerList; added: string | null; invitation: string | null }) {
  const { initial, added } = props
  const isThere = (list: ServerList | undefined) => list?.servers.some(({ id }) => id === added) === true
  const { data } = useQuery({
    queryKey: ['servers'],
    queryFn: ({ signal }) => api<ServerList>('/api/servers', { signal }),
    initialData: initial,
    refetchInterval: ({ state }) => (added !== null && !isThere(state.data) ? LOOK_AGAIN_MS : false),
  })
  const { servers, addable, problem } = data
  const note = props.invitation === null ? undefined : INVITATIONS[props.invitation]
  return (
    <main id="content" className="mx-auto w-full max-w-3xl space-y-8 px-gutter pt-8 pb-20">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold tracking-[-0.02em]">Servers</h1>
          <p className="mt-1 text-muted">Those you share with the bot, and those where you could add it.</p>
        </div>
        <AddBotButton guildId={null} isMain>
          Add to a server
        </AddBotButton>
      </div>
      {note ? <Note>{note}</Note> : null}
      {added !== null && !isThere(data) ? (
        <Note>
          <LoaderCircle aria-hidden className="mr-2 inline size-4 animate-spin" />
          The bot is on its way to your server.
        </Note>
      ) : null}
      <Group title="With the bot">
        {servers.length === 0 ? (
          <p className="px-4 py-4 text-pretty text-muted sm:px-5">You and the bot are not in the same server yet.</p>
        ) : null}
        {servers.map((server) => (
          <Link
            key={server.id}
            data-testid="server"
            href={server.canManage ? `/guilds/${server.id}/server` : `/?guild=${server.id}`}
            className="flex items-center gap-4 px-4 py-3.5 transition-colors hover:bg-shade sm:px-5"
          >
            <Picture src={server.icon} name={server.name} className="size-9 rounded-xl text-base" />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{server.name}</span>
              <span className="block text-[0.8125rem] text-muted">
                {[
                  server.id === added ? 'Just added' : null,
                  server.holder ? `Claimed by ${server.holder.isYou ? 'you' : server.holder.name}` : null,
                  !server.holder && server.canManage ? 'Nobody has claimed it yet' : null,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            <ChevronRight aria-hidden className="size-4 text-faint" />
          </Link>
        ))}
      </Group>
      <Group title="Servers where you could add the bot">
        {addable.length === 0 ? (
          <p className="px-4 py-4 text-pretty text-muted sm:px-5">
            {problem ?? 'There is no other server where you have Manage Server.'}
          </p>
        ) : null}
        {addable.map(({ id, name, icon }) => (
          <div key={id} data-testid="addable" className="flex items-center gap-4 px-4 py-3.5 sm:px-5">
            <Picture src={icon} name={name} className="size-9 rounded-xl text-base" />
            <p className="min-w-0 flex-1 truncate">{name}</p>
            <AddBotButton guildId={id} label={`Add the bot to ${name}`}>
              Add
            </AddBotButton>
          </div>
        ))}
      </Group>
    </main>
  )
}

function Note({ children }: { children: React.ReactNode }) {
  return (
    <output className="block rounded-xl border border-line bg-surface px-4 py-2.5 text-sm text-pretty text-muted">
      {children}
    </output>
  )
}
