'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { Group } from '@/features/scans/form-fields.tsx'
import { api } from '@/lib/api.ts'
import type { GuildPurge } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { useNow } from '@/lib/use-now.ts'
import { ConfirmForm } from './confirm-form.tsx'
import { ErasureCard } from './erasure-card.tsx'

const PROGRESS_MS = 1_500

/** Where managers erase everything of their server, take it back, and see how it goes. */
export function PurgeView({ initial, at }: { initial: GuildPurge; at: number }) {
  const client = useQueryClient()
  const { guild } = initial
  const path = `/api/guilds/${guild.id}/purge`
  const queryKey = ['purge', guild.id]
  const now = useNow(at)
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<GuildPurge>(path, { signal }),
    initialData: initial,
    initialDataUpdatedAt: at,
    refetchInterval: ({ state }) => (isOpen(state.data?.purge ?? null) ? PROGRESS_MS : false),
  })
  const change = useMutation({
    mutationFn: (json: { confirm: string; leaves: boolean } | null) =>
      api<GuildPurge>(path, json ? { method: 'POST', json } : { method: 'DELETE' }),
    onSuccess: (purge) => client.setQueryData(queryKey, purge),
    onError: (error: Error) => toast.error('That did not work', { description: error.message }),
  })
  const { purge, graceDays } = data
  const open = isOpen(purge) ? purge : null
  return (
    <main id="content" className="mx-auto w-full max-w-3xl space-y-8 px-gutter pt-8 pb-20">
      <div>
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">{guild.name}</h1>
        <p className="mt-1 text-muted">Erase everything of this server</p>
      </div>
      {purge ? (
        <Group title={open ? 'Under way' : 'Done before'}>
          <ErasureCard erasure={purge} now={now} hasReceipt={false} />
          {open && !open.unreachableAt ? (
            <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
              <p className="min-w-0 flex-1 basis-64 text-muted">Nothing is erased until then, and everything works.</p>
              <Button look="primary" disabled={change.isPending} onClick={() => change.mutate(null)}>
                Take it back
              </Button>
            </div>
          ) : null}
        </Group>
      ) : null}
      {open ? null : (
        <ConfirmForm
          word={guild.name}
          label="Erase this server"
          option="The bot leaves the server when it is done."
          isBusy={change.isPending}
          onConfirm={(confirm, leaves) => change.mutate({ confirm, leaves })}
        >
          <p>
            All clips of this server, their files, its settings, its scans and what was read are erased for good.
            Reading of its channels is switched off.
          </p>
          <p className="text-muted">
            {graceDays === 0
              ? 'It begins at once and cannot be taken back.'
              : `It begins in ${countOf(graceDays, 'day')}; until then any manager can take it back.`}
          </p>
        </ConfirmForm>
      )}
    </main>
  )
}

function isOpen(purge: GuildPurge['purge']): boolean {
  return purge !== null && purge.erasedAt === null && purge.cancelledAt === null
}
