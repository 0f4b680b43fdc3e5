'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/button.tsx'
import { Group, INPUT } from '@/features/scans/form-fields.tsx'
import type { GuildServer } from '@/lib/api-types.ts'

/** Claiming a server, handing it over and giving it up. */
export function ClaimCard(props: {
  holder: GuildServer['holder']
  candidates: GuildServer['candidates']
  isBusy: boolean
  onClaim: () => void
  onGiveUp: () => void
  onTransfer: (userId: string) => void
}) {
  const { holder, candidates, isBusy } = props
  const id = useId()
  const [to, setTo] = useState('')
  const chosen = candidates.some(({ userId }) => userId === to) ? to : ''
  return (
    <Group title="Who answers for this server">
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
        <p className="min-w-0 flex-1 basis-64 text-pretty text-muted">{describe(holder)}</p>
        {holder?.isYou ? (
          <Button disabled={isBusy} onClick={props.onGiveUp}>
            Give it up
          </Button>
        ) : (
          <Button look={holder ? 'quiet' : 'primary'} disabled={isBusy} onClick={props.onClaim}>
            Claim this server
          </Button>
        )}
      </div>
      {holder?.isYou ? (
        <form
          className="flex flex-wrap items-end gap-3 px-4 py-4 sm:px-5"
          onSubmit={(event) => {
            event.preventDefault()
            props.onTransfer(chosen)
          }}
        >
          <div className="min-w-0 flex-1 basis-64">
            <label htmlFor={id}>Hand it over</label>
            <p className="text-[0.8125rem] text-pretty text-muted">
              To somebody who manages the server in Discord and has signed in here.
            </p>
          </div>
          <select
            id={id}
            className={INPUT}
            value={chosen}
            disabled={candidates.length === 0}
            onChange={(event) => setTo(event.target.value)}
          >
            <option value="">{candidates.length === 0 ? 'Nobody yet' : 'Choose somebody'}</option>
            {candidates.map(({ userId, name }) => (
              <option key={userId} value={userId}>
                {name}
              </option>
            ))}
          </select>
          <Button type="submit" disabled={isBusy || chosen === ''}>
            Hand over
          </Button>
        </form>
      ) : null}
    </Group>
  )
}

function describe(holder: GuildServer['holder']): string {
  const what = 'Whoever claims a server is named here, and only they can have all of it erased.'
  if (!holder) return `${what} It takes Manage Server in Discord; until then any manager can.`
  if (holder.isYou) return `You claimed it. ${what}`
  return `${holder.name} claimed it. ${what} You can claim it when they do not manage it any more.`
}
