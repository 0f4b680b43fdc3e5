'use client'

import { Download } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import type { ErasureItem } from '@/lib/api-types.ts'
import { countOf, formatRelative } from '@/lib/format.ts'

/** One request to erase: how far it is, and its receipt. */
export function ErasureCard({ erasure, now, hasReceipt }: { erasure: ErasureItem; now: number; hasReceipt: boolean }) {
  const { clipsFound, clipsLeft } = erasure
  const done = clipsLeft === null ? 0 : clipsFound === 0 ? 1 : (clipsFound - clipsLeft) / clipsFound
  return (
    <div
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-5"
      data-testid="erasure"
    >
      <div className="min-w-0 flex-1 basis-64">
        <output className="block font-medium">{stateOf(erasure)}</output>
        <p className="text-[0.8125rem] wrap-anywhere text-muted tabular-nums">
          Asked <time dateTime={erasure.requestedAt}>{formatRelative(erasure.requestedAt, now)}</time>, number{' '}
          {erasure.id}
        </p>
        {erasure.unreachableAt && !erasure.erasedAt ? (
          <progress
            className="mt-2 h-1.5 w-full accent-[var(--accent)]"
            value={done}
            max={1}
            aria-label="How much is erased"
          />
        ) : null}
      </div>
      {hasReceipt && !erasure.cancelledAt ? (
        <Button asChild size="small">
          <a href={`/api/me/erasures/${erasure.id}/receipt`} download>
            <Download aria-hidden className="size-3.5" /> Receipt
          </a>
        </Button>
      ) : null}
    </div>
  )
}

function stateOf({
  cancelledAt,
  erasedAt,
  unreachableAt,
  clipsErased,
  clipsFound,
  filesErased,
  clipsLeft,
  dueAt,
}: ErasureItem): string {
  if (cancelledAt) return 'Taken back'
  if (erasedAt) return `Erased: ${countOf(clipsErased, 'clip')}, ${countOf(filesErased, 'file')}`
  if (!unreachableAt) return `Begins ${dueAt.slice(0, 10)}, ${dueAt.slice(11, 16)} UTC`
  return `${countOf(clipsFound, 'clip')} out of reach, ${countOf(clipsLeft ?? clipsFound, 'clip')} still to be erased from the disk`
}
