'use client'

import { useEffect, useMemo, useRef } from 'react'
import type { ClipItem } from '@/lib/api-types.ts'
import { ClipTile } from './clip-tile.tsx'
import { useGeometry } from './geometry.ts'
import { toRows, toSections } from './rows.ts'
import { useVisibleRows } from './use-visible-rows.ts'

type Props = {
  clips: readonly ClipItem[]
  now: number
  hasMore: boolean
  onNearEnd: () => void
  onOpen: (clip: ClipItem) => void
}

/** How many rows before the end the next page is fetched. */
const ROWS_AHEAD = 6

/**
 * The library as a grid of posters. The server sends the first page whole; in the browser only the rows near the window are in the document, with empty
 * space for the others. Both are children of one grid, so that a tile stays the same element and no click is lost when the page comes alive.
 */
export function ClipGrid({ clips, now, hasMore, onNearEnd, onOpen }: Props) {
  const grid = useRef<HTMLDivElement>(null)
  const geometry = useGeometry(grid)
  const columns = geometry?.columns ?? 1
  const rows = useMemo(() => toRows(toSections(clips, now), columns), [clips, now, columns])
  const { shown, before, after, lastIndex } = useVisibleRows(rows, geometry)
  useEffect(() => {
    if (hasMore && lastIndex >= rows.length - ROWS_AHEAD) onNearEnd()
  }, [hasMore, lastIndex, onNearEnd, rows.length])

  return (
    <div ref={grid} className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,var(--tile-min)),1fr))] gap-x-5">
      <div key="before" aria-hidden className="col-span-full" style={{ height: before }} />
      {shown.flatMap((row) =>
        row.kind === 'heading' ? (
          <h2
            key={row.key}
            className="col-span-full flex h-[52px] items-center text-[0.8125rem] font-medium text-muted"
          >
            {row.label}
          </h2>
        ) : (
          row.clips.map((clip) => (
            <ClipTile key={clip.id} clip={clip} now={now} onOpen={onOpen} isFirstPaint={geometry === null} />
          ))
        ),
      )}
      <div key="after" aria-hidden className="col-span-full" style={{ height: after }} />
    </div>
  )
}
