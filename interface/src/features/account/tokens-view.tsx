'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { Group } from '@/features/scans/form-fields.tsx'
import { api } from '@/lib/api.ts'
import type { ApiTokenItem, ApiTokens } from '@/lib/api-types.ts'
import { formatRelative } from '@/lib/format.ts'
import { useNow } from '@/lib/use-now.ts'
import { NewToken } from './new-token.tsx'
import { TokenForm } from './token-form.tsx'

const SHORT_DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })

/** The viewer's API tokens: making one, which is shown once, and ending them. */
export function TokensView({ initial, at }: { initial: ApiTokens; at: number }) {
  const client = useQueryClient()
  const queryKey = ['tokens']
  const now = useNow(at)
  const [made, setMade] = useState<string | null>(null)
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<ApiTokens>('/api/me/tokens', { signal }),
    initialData: initial,
    initialDataUpdatedAt: at,
  })
  const revoke = useMutation({
    mutationFn: (id: string) => api<ApiTokens>(`/api/me/tokens/${id}`, { method: 'DELETE' }),
    onSuccess: (tokens) => {
      client.setQueryData(queryKey, tokens)
      toast.success('The token does not work any more')
    },
    onError: (error: Error) => toast.error('That did not work', { description: error.message }),
  })
  const works = (token: ApiTokenItem) => token.revokedAt === null && Date.parse(token.expiresAt) > now
  const working = data.tokens.filter(works)
  const ended = data.tokens.filter((token) => !works(token))
  return (
    <main id="content" className="mx-auto w-full max-w-3xl space-y-8 px-gutter pt-8 pb-20">
      <div>
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">API tokens</h1>
        <p className="mt-1 text-pretty text-muted">
          With a token, a program of yours sees what you see, as far as its scopes allow. Back to{' '}
          <Link href="/account" className="text-accent-text underline underline-offset-2">
            your account
          </Link>
          .
        </p>
      </div>
      {made === null ? null : <NewToken token={made} onDone={() => setMade(null)} />}
      <Group title="Tokens that work">
        {working.length === 0 ? <p className="px-4 py-4 text-muted sm:px-5">You have none.</p> : null}
        {working.map((token) => (
          <TokenRow key={token.id} token={token} now={now}>
            <Button
              size="small"
              disabled={revoke.isPending}
              aria-label={`Revoke ${token.name}`}
              onClick={() => revoke.mutate(token.id)}
            >
              Revoke
            </Button>
          </TokenRow>
        ))}
      </Group>
      <TokenForm
        scopes={data.scopes}
        isFull={working.length >= data.most}
        onMade={({ token, ...tokens }) => {
          client.setQueryData(queryKey, tokens)
          setMade(token)
        }}
      />
      {ended.length > 0 ? (
        <Group title="Ended">
          {ended.map((token) => (
            <TokenRow key={token.id} token={token} now={now} />
          ))}
        </Group>
      ) : null}
    </main>
  )
}

function TokenRow({ token, now, children }: { token: ApiTokenItem; now: number; children?: React.ReactNode }) {
  const { name, hint, scopes, expiresAt, lastUsedAt, revokedAt } = token
  const end = revokedAt
    ? `revoked ${formatRelative(revokedAt, now)}`
    : Date.parse(expiresAt) > now
      ? `until ${SHORT_DATE.format(new Date(expiresAt))}`
      : `expired ${formatRelative(expiresAt, now)}`
  return (
    <div data-testid="token" className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
      <div className="min-w-0">
        <p className="wrap-anywhere">
          {name} <code className="ml-1 text-[0.8125rem] text-muted">{hint}…</code>
        </p>
        <p className="text-[0.8125rem] text-pretty wrap-anywhere text-muted">
          {[scopes.join(', '), end, lastUsedAt ? `used ${formatRelative(lastUsedAt, now)}` : 'never used'].join(' · ')}
        </p>
      </div>
      {children}
    </div>
  )
}
