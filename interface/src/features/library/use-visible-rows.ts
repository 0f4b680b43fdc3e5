'use client'

import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect } from 'react'
import { HEADING_HEIGHT, type Geometry } from './geometry.ts'
import type { Row } from './rows.ts'

type Visible = { shown: readonly Row[]; before: number; after: number; lastIndex: number }

/** The rows near the window, and how high the space of those above and below is. All of them until the layout is known. */
export function useVisibleRows(rows: readonly Row[], geometry: Geometry | null): Visible {
  const rowHeight = geometry?.rowHeight ?? 0
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const virtualizer = useWindowVirtualizer({
    count: geometry ? rows.length : 0,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? HEADING_HEIGHT : rowHeight),
    getItemKey: (index) => rows[index]?.key ?? index,
    scrollMargin: geometry?.top ?? 0,
    overscan: 4,
    initialRect: { width: 0, height: typeof window === 'undefined' ? 0 : window.innerHeight },
  })
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight, rows])
  if (!geometry) return { shown: rows, before: 0, after: 0, lastIndex: -Infinity }
  const items = virtualizer.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  if (!first || !last) return { shown: [], before: 0, after: virtualizer.getTotalSize(), lastIndex: -Infinity }
  return {
    shown: rows.slice(first.index, last.index + 1),
    before: first.start - geometry.top,
    after: virtualizer.getTotalSize() - (last.end - geometry.top),
    lastIndex: last.index,
  }
}
