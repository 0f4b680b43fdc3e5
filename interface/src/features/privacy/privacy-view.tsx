'use client'

import { Download } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button.tsx'
import { Group, Toggle } from '@/features/scans/form-fields.tsx'
import type { PersonPrivacy } from '@/lib/api-types.ts'
import { countOf, formatBytes, formatRelative } from '@/lib/format.ts'
import { useNow } from '@/lib/use-now.ts'
import { ConfirmForm } from './confirm-form.tsx'
import { ErasureCard } from './erasure-card.tsx'
import { usePrivacy } from './use-privacy.ts'

/** What is kept of the person who looks, and the ways to have it, stop it and erase it. */
export function PrivacyView({ initial, at }: { initial: PersonPrivacy; at: number }) {
  const { privacy, change, erase, isErasing } = usePrivacy(initial, at)
  const now = useNow(at)
  const { record, erasures, eraseWord } = privacy
  const { clips } = record
  return (
    <main id="content" className="mx-auto w-full max-w-3xl space-y-8 px-gutter pt-8 pb-20">
      <div>
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">Your data</h1>
        <p className="mt-1 text-pretty text-muted">
          Everything that is kept of you, in all servers.{' '}
          <Link href="/privacy" className="text-accent-text underline underline-offset-2">
            How this instance treats data
          </Link>
        </p>
      </div>
      <Group title="What is kept">
        <Fact label="Clips" detail={clips.byGuild.map(({ guild, clips: count }) => `${guild}: ${count}`).join(', ')}>
          {clips.total === 0 ? 'None' : `${countOf(clips.total, 'clip')}, ${formatBytes(clips.bytes)}`}
        </Fact>
        {clips.total > 0 ? (
          <Fact label="With them" detail={clips.names.length > 0 ? `Names: ${clips.names.join(', ')}` : undefined}>
            {countOf(clips.videos, 'video')}, {countOf(clips.posters, 'picture')}, {countOf(clips.texts, 'text')}
          </Fact>
        ) : null}
        <Fact label="Named in clips of others" detail="In the voice channel of a clip, or mentioned in its text.">
          {countOf(record.namedIn, 'clip')}
        </Fact>
        <Fact
          label="Account"
          detail={
            record.account?.lastLoginAt
              ? `Last signed in ${formatRelative(record.account.lastLoginAt, now)}`
              : undefined
          }
        >
          {countOf(record.sessions, 'session')}, {countOf(record.tokens, 'token')}
        </Fact>
        <Fact label="What you did" detail="Tags, scans and removals; the audit logs of servers.">
          {countOf(record.marks, 'mark')}, {countOf(record.auditEntries, 'entry', 'entries')}
        </Fact>
      </Group>
      <Group title="Have it">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-5">
          <p className="min-w-0 flex-1 basis-64 text-pretty text-muted">
            An archive (.tar) with your videos and everything that is kept with them, also from channels you do not see
            any more.
          </p>
          <div className="flex flex-wrap gap-2">
            <Button asChild look="primary">
              <a href="/api/me/export" download>
                <Download aria-hidden className="size-4" /> Download everything
              </a>
            </Button>
            <Button asChild>
              <a href="/api/me/export?files=0" download>
                Without videos
              </a>
            </Button>
          </div>
        </div>
      </Group>
      <Group title="Stop it">
        <Toggle
          text={{
            title: 'Keep nothing of me',
            line: 'Nothing new of you is kept, in no server, and nobody sees clips of yours. It can be taken back.',
          }}
          isOn={record.optedOutSince !== null}
          error={isErasing ? 'Your clips are being erased. You can allow new ones when that is done.' : undefined}
          onChange={(isOn) => change.mutate(isOn)}
        />
      </Group>
      {erasures.length > 0 ? (
        <Group title="What you had erased">
          {erasures.map((erasure) => (
            <ErasureCard key={erasure.id} erasure={erasure} now={now} hasReceipt />
          ))}
        </Group>
      ) : null}
      {isErasing ? null : (
        <section>
          <h2 className="pb-2 text-[0.8125rem] font-medium text-muted">Erase it</h2>
          <ConfirmForm
            word={eraseWord}
            label="Erase everything of me"
            option="Also my account here: sign-in, sessions and tokens. I am signed out."
            isBusy={erase.isPending}
            onConfirm={(confirm, withAccount) => erase.mutate({ confirm, withAccount })}
          >
            <p>
              {countOf(clips.total, 'clip')} of yours, their pictures, names and texts are out of reach at once and then
              erased from the disk. You are taken out of clips of others. This cannot be undone.
            </p>
            <p className="text-muted">
              Nothing new of you is kept after that, until you allow it above. What is in Discord stays there.
            </p>
          </ConfirmForm>
        </section>
      )}
    </main>
  )
}

function Fact({ label, detail, children }: { label: string; detail?: string | undefined; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 px-4 py-3.5 sm:px-5">
      <div className="min-w-0">
        <p>{label}</p>
        {detail ? <p className="text-[0.8125rem] wrap-anywhere text-muted">{detail}</p> : null}
      </div>
      <p className="text-muted tabular-nums">{children}</p>
    </div>
  )
}
