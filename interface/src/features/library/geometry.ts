'use client'

import { useLayoutEffect, useState, type RefObject } from 'react'

/** Heights in pixels; the classes of heading and tile say the same, so that the page the server sent does not move when it comes alive. */
export const HEADING_HEIGHT = 52
const META_HEIGHT = 78
const ROW_GAP = 24

/** How the grid is laid out now. `rowHeight` holds the gap below. */
export type Geometry = { columns: number; rowHeight: number; top: number }

/** Measures a CSS grid: it alone decides how many columns there are. Null until the browser has laid it out. */
export function useGeometry(ruler: RefObject<HTMLElement | null>): Geometry | null {
  const [geometry, setGeometry] = useState<Geometry | null>(null)
  useLayoutEffect(() => {
    const element = ruler.current
    if (!element) return
    const measure = () => {
      // Under the player the page has no room for a scrollbar and is a little wider; it must come back as it was.
      if (document.querySelector('[data-theatre]')) return
      const tracks = getComputedStyle(element).gridTemplateColumns.split(' ').map(Number.parseFloat)
      const width = tracks[0] ?? 0
      const top = element.getBoundingClientRect().top + window.scrollY
      const rowHeight = (width * 9) / 16 + META_HEIGHT + ROW_GAP
      setGeometry((old) =>
        old && old.columns === tracks.length && old.rowHeight === rowHeight && old.top === top
          ? old
          : { columns: tracks.length, rowHeight, top },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [ruler])
  return geometry
}
