'use client'

import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import type { ClipItem } from '@/lib/api-types.ts'
import { ClipTile } from './clip-tile.tsx'
import { HEADING_HEIGHT, useGeometry, type Geometry } from './geometry.ts'
import { toRows, toSections, type Section } from './rows.ts'

type Props = {
  clips: readonly ClipItem[]
  now: number
  hasMore: boolean
  onNearEnd: () => void
  onOpen: (clip: ClipItem) => void
}

const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,var(--tile-min)),1fr))] gap-x-5'

/** The library as a grid of posters. The server sends the first page as plain HTML; in the browser only what is near the window is in the document. */
export function ClipGrid({ clips, now, hasMore, onNearEnd, onOpen }: Props) {
  const ruler = useRef<HTMLDivElement>(null)
  const geometry = useGeometry(ruler)
  const sections = useMemo(() => toSections(clips, now), [clips, now])
  return (
    <div>
      <div ref={ruler} aria-hidden className={`${GRID} h-0 overflow-hidden`}>
        <i />
      </div>
      {geometry ? (
        <VirtualRows {...{ sections, geometry, now, hasMore, onNearEnd, onOpen }} />
      ) : (
        <StaticSections {...{ sections, now, onOpen }} />
      )}
    </div>
  )
}

function StaticSections({ sections, now, onOpen }: Pick<Props, 'now' | 'onOpen'> & { sections: readonly Section[] }) {
  return sections.map(({ label, clips }) => (
    <section key={label}>
      <Heading label={label} />
      <div className={`${GRID} gap-y-6 pb-6`}>
        {clips.map((clip) => (
          <ClipTile key={clip.id} clip={clip} now={now} onOpen={onOpen} isFirstPaint />
        ))}
      </div>
    </section>
  ))
}

function VirtualRows({
  sections,
  geometry,
  now,
  hasMore,
  onNearEnd,
  onOpen,
}: Omit<Props, 'clips'> & { sections: readonly Section[]; geometry: Geometry }) {
  const { columns, rowHeight, top } = geometry
  const rows = useMemo(() => toRows(sections, columns), [sections, columns])
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? HEADING_HEIGHT : rowHeight),
    getItemKey: (index) => rows[index]?.key ?? index,
    scrollMargin: top,
    overscan: 4,
    initialRect: { width: 0, height: typeof window === 'undefined' ? 0 : window.innerHeight },
  })
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight, rows])
  const items = virtualizer.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && lastIndex >= rows.length - 6) onNearEnd()
  }, [hasMore, lastIndex, rows.length, onNearEnd])

  return (
    <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {items.map((item) => {
        const row = rows[item.index]
        if (!row) return null
        return (
          <div
            key={item.key}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            {row.kind === 'heading' ? (
              <Heading label={row.label} />
            ) : (
              <div className={GRID}>
                {row.clips.map((clip) => (
                  <ClipTile key={clip.id} clip={clip} now={now} onOpen={onOpen} />
                ))}
              </div>
            )}
          </div>
        )
      })}
    </div>
  )
}

function Heading({ label }: { label: string }) {
  return <h2 className="flex h-[52px] items-center text-[0.8125rem] font-medium text-muted">{label}</h2>
}
