const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const shortDate = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const longDate = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const whole = new Intl.NumberFormat('en')

/** 0:07, 12:30, 1:02:03. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(rest).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

/** 512 B, 1.4 MB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** 12,345. */
export function formatCount(value: number): string {
  return whole.format(value)
}

/** One of a thing, or many: 1 clip, 2 clips. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}

/** just now, 5 min ago, 3 h ago, 2 days ago, 4 Mar, 4 Mar 2024. The same on server and browser for the same `now`. */
export function formatRelative(iso: string, now: number): string {
  const date = new Date(iso)
  const age = now - date.getTime()
  if (age < MINUTE) return 'just now'
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`
  if (age < 7 * DAY) return `${countOf(Math.floor(age / DAY), 'day')} ago`
  return date.getUTCFullYear() === new Date(now).getUTCFullYear() ? shortDate.format(date) : longDate.format(date)
}

/** October 2026. */
export function formatMonth(iso: string): string {
  return month.format(new Date(iso))
}
