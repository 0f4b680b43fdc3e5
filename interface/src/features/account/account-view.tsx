'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronRight, KeyRound, ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { Picture } from '@/components/ui/picture.tsx'
import { Group, Toggle } from '@/features/scans/form-fields.tsx'
import { api, ApiError } from '@/lib/api.ts'
import type { SessionItem, Sessions } from '@/lib/api-types.ts'
import { formatRelative } from '@/lib/format.ts'
import type { AccountData } from '@/lib/server-side.ts'
import { useNow } from '@/lib/use-now.ts'

/** Who is signed in, with which browsers, and the ways to end that. */
export function AccountView({ name, image, sessions: initial, showsAgeRestricted: shows, at }: AccountData) {
  const client = useQueryClient()
  const queryKey = ['sessions']
  const now = useNow(at)
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<Sessions>('/api/me/sessions', { signal }),
    initialData: { sessions: initial },
    initialDataUpdatedAt: at,
  })
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) window.location.assign('/')
  }, [error])
  const onError = (problem: Error) => toast.error('That did not work', { description: problem.message })
  const end = useMutation({
    mutationFn: (id: string) => api<Sessions>(`/api/me/sessions/${id}`, { method: 'DELETE' }),
    onSuccess: (sessions) => {
      client.setQueryData(queryKey, sessions)
      toast.success('That browser is signed out')
    },
    onError,
  })
  const endAll = useMutation({
    mutationFn: () => api('/api/me/sessions', { method: 'DELETE' }),
    onSuccess: () => window.location.assign('/'),
    onError,
  })
  const [showsAgeRestricted, setShowsAgeRestricted] = useState(shows)
  const prefer = useMutation({
    mutationFn: (isOn: boolean) => {
      setShowsAgeRestricted(isOn)
      return api('/api/me/preferences', { method: 'PATCH', json: { showsAgeRestricted: isOn } })
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: ['clips'] }),
    onError: (problem: Error, isOn) => {
      setShowsAgeRestricted(!isOn)
      onError(problem)
    },
  })
  return (
    <main id="content" className="mx-auto w-full max-w-3xl space-y-8 px-gutter pt-8 pb-20">
      <div className="flex items-center gap-4">
        <Picture src={image} name={name} className="size-14 rounded-full text-2xl" />
        <div className="min-w-0">
          <h1 className="truncate text-2xl font-semibold tracking-[-0.02em]">{name}</h1>
          <p className="mt-0.5 text-muted">Signed in with Discord</p>
        </div>
      </div>
      <Group title="Where you are signed in">
        {data.sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            now={now}
            isBusy={end.isPending || endAll.isPending}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
        <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
          <p className="min-w-0 flex-1 basis-64 text-pretty text-muted">
            All browsers at once, this one too. API tokens go on working until you revoke them.
          </p>
          <Button
            look="danger"
            data-testid="sign-out-everywhere"
            disabled={endAll.isPending}
            onClick={() => endAll.mutate()}
          >
            Sign out everywhere
          </Button>
        </div>
      </Group>
      <Group title="What you see">
        <Toggle
          text={{
            title: 'Show clips of age-restricted channels',
            line: 'From channels that you see in Discord, where the server allows it. Only for adults.',
          }}
          isOn={showsAgeRestricted}
          error={undefined}
          onChange={(isOn) => prefer.mutate(isOn)}
        />
      </Group>
      <Group title="More">
        <PageLink href="/account/tokens" icon={<KeyRound />} title="API tokens">
          For programs of yours
        </PageLink>
        <PageLink href="/account/privacy" icon={<ShieldCheck />} title="Your data">
          See, export and erase what is kept of you
        </PageLink>
      </Group>
    </main>
  )
}

function SessionRow(props: { session: SessionItem; now: number; isBusy: boolean; onEnd: () => void }) {
  const { session, now, isBusy, onEnd } = props
  const { device, address, isThis, lastUsedAt, createdAt } = session
  return (
    <div data-testid="session" className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
      <div className="min-w-0">
        <p>
          {device}
          {isThis ? (
            <span className="ml-2 rounded-full bg-shade px-2 py-0.5 text-xs font-medium text-muted">This browser</span>
          ) : null}
        </p>
        <p className="text-[0.8125rem] wrap-anywhere text-muted">
          {[
            address,
            isThis ? null : `last used ${formatRelative(lastUsedAt, now)}`,
            `signed in ${formatRelative(createdAt, now)}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {isThis ? null : (
        <Button size="small" disabled={isBusy} onClick={onEnd} aria-label={`Sign out ${device}`}>
          Sign out
        </Button>
      )}
    </div>
  )
}

function PageLink(props: { href: string; icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <Link href={props.href} className="flex items-center gap-4 px-4 py-4 transition-colors hover:bg-shade sm:px-5">
      <span className="text-muted [&>svg]:size-5">{props.icon}</span>
      <span className="min-w-0 flex-1">
        <span className="block">{props.title}</span>
        <span className="block text-[0.8125rem] text-muted">{props.children}</span>
      </span>
      <ChevronRight aria-hidden className="size-4 text-faint" />
    </Link>
  )
}
