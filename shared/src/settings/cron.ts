const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const fields = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: months },
  { min: 0, max: 7, names: weekdays },
]

const aliases: Readonly<Record<string, string>> = {
  '@annually': '0 0 1 1 *',
  '@yearly': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** The names that may stand for a cron expression; `@continuous` (no schedule, live only) comes on top of these. */
export const cronAliases: readonly string[] = Object.keys(aliases)

/** The five fields of a schedule, with an alias spelled out; null for `@continuous`, which runs at no fixed time. */
export function toCronFields(schedule: string): string | null {
  return schedule === '@continuous' ? null : (aliases[schedule] ?? schedule)
}

/** Whether the text is a cron expression of five fields (lists, ranges, steps, English names) or one of the aliases. */
export function isCron(text: string): boolean {
  if (Object.hasOwn(aliases, text)) return true
  const parts = text.trim().split(/\s+/)
  return (
    parts.length === fields.length &&
    fields.every((field, index) => (parts[index] ?? '').split(',').every((item) => isItem(item, field)))
  )
}

function isItem(item: string, field: (typeof fields)[number]): boolean {
  const [range = '', step, ...rest] = item.split('/')
  if (rest.length > 0 || (step !== undefined && !isStep(step))) return false
  if (range === '*') return true
  const ends = range.split('-').map((end) => toNumber(end, field))
  const [from = NaN, to = from] = ends
  return ends.length <= 2 && from >= field.min && to <= field.max && from <= to
}

function isStep(step: string): boolean {
  return /^\d{1,3}$/.test(step) && Number(step) > 0
}

function toNumber(text: string, field: (typeof fields)[number]): number {
  if (/^\d{1,2}$/.test(text)) return Number(text)
  const index = field.names.indexOf(text.toLowerCase())
  return index === -1 ? NaN : index + field.min
}
