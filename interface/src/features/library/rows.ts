import type { ClipItem } from '@/lib/api-types.ts'

/** One line of the library: the name of a stretch of time, or as many clips as fit side by side. */
export type Row = { kind: 'heading'; key: string; label: string } | { kind: 'tiles'; key: string; clips: ClipItem[] }

/** A stretch of time with its clips, in the order of the list. */
export type Section = { label: string; clips: ClipItem[] }

type Period = { rolling: string } | { year: number; month: number }

const DAY = 24 * 3_600_000
/** A stretch with fewer clips goes on into the time before it: a quiet year must not become a column of headings. */
const CLIPS_MIN = 12

const monthName = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' })

/** Cuts the list where a new stretch of time begins: last day, week, 30 days, then months, joined while they are nearly empty. */
export function toSections(clips: readonly ClipItem[], now: number): Section[] {
  const groups: { first: Period; last: Period; clips: ClipItem[] }[] = []
  for (const clip of clips) {
    const period = periodOf(clip.postedAt, now)
    const group = groups.at(-1)
    if (group && (isSame(group.last, period) || group.clips.length < CLIPS_MIN)) {
      group.last = period
      group.clips.push(clip)
    } else groups.push({ first: period, last: period, clips: [clip] })
  }
  return groups.map(({ first, last, clips }) => ({ label: nameOf(first, last), clips }))
}

/** The lines of all sections, with `columns` clips in each. */
export function toRows(sections: readonly Section[], columns: number): Row[] {
  return sections.flatMap(({ label, clips }) => {
    const lines = Array.from({ length: Math.ceil(clips.length / columns) }, (_, index): Row => {
      const line = clips.slice(index * columns, (index + 1) * columns)
      return { kind: 'tiles', key: line[0]?.id ?? label, clips: line }
    })
    return [{ kind: 'heading', key: `heading ${clips[0]?.id}`, label }, ...lines]
  })
}

function periodOf(iso: string, now: number): Period {
  const date = new Date(iso)
  const age = now - date.getTime()
  if (age < DAY) return { rolling: 'Last 24 hours' }
  if (age < 7 * DAY) return { rolling: 'Last 7 days' }
  if (age < 30 * DAY) return { rolling: 'Last 30 days' }
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() }
}

function isSame(a: Period, b: Period): boolean {
  if ('rolling' in a || 'rolling' in b) return 'rolling' in a && 'rolling' in b && a.rolling === b.rolling
  return a.year === b.year && a.month === b.month
}

function nameOf(first: Period, last: Period): string {
  if ('rolling' in last) return last.rolling
  const end = `${nameOfMonth(last)} ${last.year}`
  if ('rolling' in first) return `Since ${end}`
  if (isSame(first, last)) return end
  const start = `${nameOfMonth(first)} ${first.year}`
  return first.year === last.year ? `${nameOfMonth(last)} to ${start}` : `${end} to ${start}`
}

function nameOfMonth({ year, month }: { year: number; month: number }): string {
  return monthName.format(Date.UTC(year, month))
}
