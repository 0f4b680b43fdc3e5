import type { ClipItem } from '@/lib/api-types.ts'
import { timeSection } from '@/lib/format.ts'

/** One line of the library: the name of a stretch of time, or as many clips as fit side by side. */
export type Row = { kind: 'heading'; key: string; label: string } | { kind: 'tiles'; key: string; clips: ClipItem[] }

/** A stretch of time with its clips, in the order of the list. */
export type Section = { label: string; clips: ClipItem[] }

/** Cuts the list where a new stretch of time begins. */
export function toSections(clips: readonly ClipItem[], now: number): Section[] {
  const sections: Section[] = []
  for (const clip of clips) {
    const label = timeSection(clip.postedAt, now)
    const last = sections.at(-1)
    if (last?.label === label) last.clips.push(clip)
    else sections.push({ label, clips: [clip] })
  }
  return sections
}

/** The lines of all sections, with `columns` clips in each. */
export function toRows(sections: readonly Section[], columns: number): Row[] {
  return sections.flatMap(({ label, clips }) => {
    const lines = Array.from({ length: Math.ceil(clips.length / columns) }, (_, index): Row => {
      const line = clips.slice(index * columns, (index + 1) * columns)
      return { kind: 'tiles', key: line[0]?.id ?? label, clips: line }
    })
    return [{ kind: 'heading', key: `heading ${label}`, label }, ...lines]
  })
}
