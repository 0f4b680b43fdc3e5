'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { toast } from 'sonner'
import { Group } from '@/features/scans/form-fields.tsx'
import { ScansFrame } from '@/features/scans/scans-frame.tsx'
import { api } from '@/lib/api.ts'
import type { GuildServer } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { AddBotButton } from './add-bot-button.tsx'
import { ClaimCard } from './claim-card.tsx'

/** Who claimed a server, and what the bot may do in it. */
export function ServerView({ initial }: { initial: GuildServer }) {
  const client = useQueryClient()
  const { guild } = initial
  const path = `/api/guilds/${guild.id}`
  const queryKey = ['server', guild.id]
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<GuildServer>(`${path}/server`, { signal }),
    initialData: initial,
  })
  const change = useMutation({
    mutationFn: ({ to, ...request }: { to: 'claim' | 'transfer'; method: 'POST' | 'DELETE'; json?: unknown }) =>
      api(`${path}/${to}`, request),
    onSettled: () => client.invalidateQueries({ queryKey }),
    onError: (error: Error) => toast.error('That did not work', { description: error.message }),
  })
  const { holder, candidates, permissions, missing, unreadable, problems } = data
  return (
    <ScansFrame
      guild={guild}
      place="server"
      problems={problems}
      summary={holder ? `Claimed by ${holder.isYou ? 'you' : holder.name}` : 'Nobody has claimed this server yet'}
    >
      <div className="max-w-3xl space-y-8">
        <ClaimCard
          holder={holder}
          candidates={candidates}
          isBusy={change.isPending}
          onClaim={() => change.mutate({ to: 'claim', method: 'POST', json: {} })}
          onGiveUp={() => change.mutate({ to: 'claim', method: 'DELETE' })}
          onTransfer={(userId) => change.mutate({ to: 'transfer', method: 'POST', json: { userId } })}
        />
        <Group title="What the bot may do">
          {permissions.map(({ name, reason }) => (
            <div key={name} className="flex items-start gap-3 px-4 py-3.5 sm:px-5">
              <Sign isMissing={missing === null ? null : missing.includes(name)} />
              <div className="min-w-0">
                <p>{name}</p>
                <p className="text-[0.8125rem] text-pretty text-muted">{reason}</p>
              </div>
            </div>
          ))}
          <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
            <p data-testid="missing" className="min-w-0 flex-1 basis-64 text-pretty text-muted">
              {describeMissing(missing)}
            </p>
            <AddBotButton guildId={guild.id} isMain={(missing?.length ?? 0) > 0}>
              Invite with these permissions
            </AddBotButton>
          </div>
        </Group>
        {unreadable.total > 0 ? (
          <Group title="Channels the bot cannot read">
            <p className="px-4 py-4 text-pretty wrap-anywhere text-muted sm:px-5">
              {unreadable.names.map((name) => `#${name}`).join(', ')}
              {unreadable.total > unreadable.names.length
                ? ` and ${countOf(unreadable.total - unreadable.names.length, 'more', 'more')}`
                : ''}
              . Allow it View Channel and Read Message History there, if their clips are to be saved.
            </p>
          </Group>
        ) : null}
      </div>
    </ScansFrame>
  )
}

function describeMissing(missing: readonly string[] | null): string {
  if (missing === null) return 'Discord does not say right now what the bot may do.'
  if (missing.length === 0) return 'The bot has all it needs. Single channels may still refuse it.'
  return `The bot lacks ${missing.join(', ')}. Inviting it again gives it these; nothing else changes.`
}

function Sign({ isMissing }: { isMissing: boolean | null }) {
  if (isMissing === null) return <span aria-hidden className="mt-0.5 size-5 shrink-0 rounded-full bg-raised" />
  return (
    <>
      <span className="sr-only">{isMissing ? 'Missing: ' : 'Given: '}</span>
      {isMissing ? (
        <CircleX aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" />
      ) : (
        <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-ok" />
      )}
    </>
  )
}
