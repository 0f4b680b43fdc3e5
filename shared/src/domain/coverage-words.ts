import { snowflakeToDate } from '../core/snowflake.ts'
import { DAY, HOUR, MINUTE } from '../core/time.ts'
import type { IdRange } from './coverage.ts'

/** What is stored about the reading of a channel. */
export type KnownCoverage = {
  state: string
  /** Why it cannot be read and what to do, as it was found. */
  stateDetail: string | null
  newestMessageId: string | null
  /** Oldest first. */
  ranges: readonly IdRange[]
}

/** A time whose messages have not been read; `to` null: up to now. */
export type CoverageGap = { from: Date; to: Date | null }

/** What has been read of a channel, for people. */
export type DescribedCoverage = {
  /** What has been read and what is missing, in one sentence without a full stop. */
  sentence: string
  /** What to do about it; null when there is nothing to do. */
  advice: string | null
  isComplete: boolean
  readFrom: Date | null
  readTo: Date | null
  /** Oldest first. */
  gaps: CoverageGap[]
  /** What has been read since the channel began, oldest first, and the newest message that is known of; null when nothing has been read. */
  read: { ranges: readonly IdRange[]; latest: bigint } | null
}

/** Says in words and times what the ranges of message ids say. The one place where it is said, whoever shows it. */
export function describeCoverage(
  channel: { channelId: string; lastMessageId: string | null },
  known: KnownCoverage | undefined,
): DescribedCoverage {
  const begin = BigInt(channel.channelId)
  const advice = known?.stateDetail ?? ADVICE[known?.state ?? ''] ?? null
  const ranges = (known?.ranges ?? []).filter(({ high }) => high >= begin)
  const [oldest, newest] = [ranges[0], ranges.at(-1)]
  if (!oldest || !newest) {
    const isEmpty = known?.state === 'empty'
    const sentence = isEmpty ? 'Nothing was ever posted here' : 'Nothing has been read yet'
    const gaps = isEmpty ? [] : [{ from: dateOf(begin), to: null }]
    return { sentence, advice, isComplete: isEmpty, readFrom: null, readTo: null, gaps, read: null }
  }
  const latest = [known?.newestMessageId, channel.lastMessageId].map(toId).reduce(max, newest.high)
  const between = ranges.slice(1).map((range, index) => gap(ranges[index]?.high ?? range.low, range.low))
  const newer = latest > newest.high ? [gap(newest.high, latest)] : []
  const older = oldest.low > begin ? [gap(begin, oldest.low)] : []
  const readFrom = dateOf(max(begin, oldest.low))
  const readTo = dateOf(newest.high)
  const times = `${day.format(readFrom)} to ${newer.length === 0 ? 'now' : day.format(readTo)}`
  const missing = older.length > 0 ? '; older messages are missing' : ''
  const gaps = [...older, ...between, ...newer]
  return {
    sentence: `Read from ${times}${missing}${gapWords([...between, ...newer])}`,
    advice,
    isComplete: gaps.length === 0,
    readFrom,
    readTo,
    gaps,
    read: { ranges, latest },
  }
}

const ADVICE: Readonly<Record<string, string | undefined>> = {
  no_permission: 'Give the bot the permissions View Channel and Read Message History here, then scan again.',
  hidden: 'Discord does not show this channel to the bot. Give it the permission View Channel, then scan again.',
  gone: 'Discord says that this channel does not exist any more. Its clips stay.',
  rate_limited: 'Discord asks the bot to wait. It goes on by itself.',
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

function gapWords(gaps: readonly { from: Date; to: Date }[]): string {
  if (gaps.length === 0) return ''
  const total = gaps.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime(), 0)
  return `, ${countOf(gaps.length, 'gap')} of ${formatSpan(total)}${gaps.length > 1 ? ' in all' : ''}`
}

function formatSpan(ms: number): string {
  if (ms < MINUTE) return 'less than a minute'
  if (ms < HOUR) return countOf(Math.round(ms / MINUTE), 'minute')
  return ms < DAY ? countOf(Math.round(ms / HOUR), 'hour') : countOf(Math.round(ms / DAY), 'day')
}

function countOf(value: number, one: string): string {
  return `${value.toLocaleString('en')} ${one}${value === 1 ? '' : 's'}`
}

function gap(from: bigint, to: bigint): { from: Date; to: Date } {
  return { from: dateOf(from), to: dateOf(to) }
}

function dateOf(id: bigint): Date {
  return snowflakeToDate(String(id))
}

function toId(text: string | null | undefined): bigint {
  return text && /^\d+$/.test(text) ? BigInt(text) : 0n
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
