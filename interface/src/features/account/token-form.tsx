'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button.tsx'
import { Field, FieldError, Group, INPUT } from '@/features/scans/form-fields.tsx'
import { api, ApiError } from '@/lib/api.ts'
import type { ApiTokens } from '@/lib/api-types.ts'

const SCOPE_TEXTS: Readonly<Record<string, string>> = {
  'clips:read': 'See servers, clips and their files',
  'clips:write': 'Change clips where you may: titles, tags, visibility, removal',
  'scans:read': 'See scans and what went wrong',
  'scans:write': 'Start and stop scans, switch channels on and off',
  'guild:manage': 'Change settings of servers you manage',
}

const TIMES = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: '1 year' },
] as const

/** Makes a token: what it is for, what it may do, and for how long. */
export function TokenForm(props: {
  scopes: readonly string[]
  isFull: boolean
  onMade: (made: ApiTokens & { token: string }) => void
}) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly string[]>(['clips:read'])
  const [days, setDays] = useState(30)
  const make = useMutation({
    mutationFn: () =>
      api<ApiTokens & { token: string }>('/api/me/tokens', { method: 'POST', json: { name, scopes, days } }),
    onSuccess: (made) => {
      setName('')
      props.onMade(made)
    },
  })
  const fields = make.error instanceof ApiError ? make.error.problem.fields : undefined
  if (props.isFull)
    return <p className="text-muted">You have as many tokens as there may be. Revoke one to make another.</p>
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <Group title="A new token">
        <Field text={{ title: 'Name', line: 'What the token is for.' }} error={fields?.['name']}>
          {(field) => (
            <input
              {...field}
              className={INPUT}
              value={name}
              maxLength={80}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="space-y-3 px-4 py-4 sm:px-5">
          <legend className="float-left mb-3 w-full">What it may do</legend>
          {props.scopes.map((scope) => (
            <label key={scope} className="clear-both grid cursor-pointer grid-cols-[auto_1fr] items-center gap-x-3">
              <input
                type="checkbox"
                className="size-4 accent-[var(--accent)]"
                checked={scopes.includes(scope)}
                onChange={(event) =>
                  setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((other) => other !== scope))
                }
              />
              <span className="font-mono text-sm">{scope}</span>
              <span className="col-start-2 text-[0.8125rem] text-muted">{SCOPE_TEXTS[scope]}</span>
            </label>
          ))}
          <FieldError message={fields?.['scopes']} />
        </fieldset>
        <Field text={{ title: 'Works for', line: 'After that it is of no use to anybody.' }} error={fields?.['days']}>
          {(field) => (
            <select {...field} className={INPUT} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {TIMES.map((time) => (
                <option key={time.days} value={time.days}>
                  {time.label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className="flex flex-wrap items-center gap-3 px-4 py-4 sm:px-5">
          <Button type="submit" look="primary" disabled={make.isPending || name.trim() === '' || scopes.length === 0}>
            Make the token
          </Button>
          {fields ? null : <FieldError message={make.error?.message} />}
        </div>
      </Group>
    </form>
  )
}
