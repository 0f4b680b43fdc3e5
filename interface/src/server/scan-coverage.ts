import { snowflakeToDate } from '@dcs/shared/core'
import { listCoverageRows, type BotChannel, type CoverageRow } from '@dcs/shared/db'
import type { IdRange } from '@dcs/shared/domain'
import type { ChannelState, CoverageItem } from '../lib/api-types.ts'
import { countOf } from '../lib/format.ts'

/** Looks up what has been read of these channels; the answer describes one of them. `now` in milliseconds. */
export async function listCoverageItems(
  channels: readonly BotChannel[],
  now: number,
): Promise<(channel: BotChannel) => CoverageItem> {
  const rows = await listCoverageRows(channels.map(({ channelId }) => channelId))
  return (channel) => toCoverageItem(channel, rows.get(channel.channelId), now)
}

/** What has been read of a channel, in one sentence and as parts of its life. */
export function toCoverageItem(
  channel: Pick<BotChannel, 'channelId' | 'lastMessageId'>,
  row: Omit<CoverageRow, 'channelId'> | undefined,
  now: number,
): CoverageItem {
  const state = row?.state ?? 'unknown'
  const advice = row?.stateDetail ?? ADVICE[state] ?? null
  const ranges = (row?.ranges ?? []).filter(({ high }) => high >= BigInt(channel.channelId))
  const [oldest, newest] = [ranges.at(0), ranges.at(-1)]
  if (!oldest || !newest)
    return { state, advice, sentence: nothingRead(state), parts: [], isComplete: state === 'empty' }
  const born = timeOf(BigInt(channel.channelId))
  const latest = max(toId(row?.newestMessageId), toId(channel.lastMessageId), newest.high)
  const gaps = gapsOf(ranges, latest)
  const isFromStart = oldest.low <= BigInt(channel.channelId)
  const isToNow = latest <= newest.high
  const from = formatDate(Math.max(born, timeOf(oldest.low)))
  const to = isToNow ? 'now' : formatDate(timeOf(newest.high))
  return {
    state,
    advice,
    sentence: `Read from ${from} to ${to}${isFromStart ? '' : '; older messages are missing'}${gapWords(gaps)}`,
    parts: toParts(ranges, born, latest, now),
    isComplete: isFromStart && gaps.length === 0,
  }
}

const ADVICE: Partial<Record<ChannelState, string>> = {
  no_permission: 'Give the bot the permissions View Channel and Read Message History here, then scan again.',
  hidden: 'Discord does not show this channel to the bot. Give it the permission View Channel, then scan again.',
  gone: 'Discord says that this channel does not exist any more. Its clips stay.',
  rate_limited: 'Discord asks the bot to wait. It goes on by itself.',
}

const DAY_MS = 86_400_000
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

function nothingRead(state: ChannelState): string {
  return state === 'empty' ? 'Nothing was ever posted here' : 'Nothing has been read yet'
}

function gapsOf(ranges: readonly IdRange[], latest: bigint): number[] {
  const between = ranges.slice(1).map((range, index) => timeOf(range.low) - timeOf(ranges[index]?.high ?? range.low))
  const top = ranges.at(-1)?.high ?? latest
  return latest > top ? [...between, timeOf(latest) - timeOf(top)] : between
}

function gapWords(gaps: readonly number[]): string {
  if (gaps.length === 0) return ''
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  return `, ${countOf(gaps.length, 'gap')} of ${formatSpan(total)}${gaps.length > 1 ? ' in all' : ''}`
}

// A channel that is complete is full to the right, however long nothing was posted.
function toParts(ranges: readonly IdRange[], born: number, latest: bigint, now: number): CoverageItem['parts'] {
  const life = Math.max(1, now - born)
  const place = (time: number) => Math.min(1, Math.max(0, (time - born) / life))
  return ranges.map(({ low, high }) => ({
    from: place(timeOf(low)),
    to: high >= latest ? 1 : place(timeOf(high)),
  }))
}

function formatDate(ms: number): string {
  return date.format(ms)
}

function formatSpan(ms: number): string {
  if (ms < 60_000) return 'less than a minute'
  if (ms < 3_600_000) return countOf(Math.round(ms / 60_000), 'minute')
  if (ms < DAY_MS) return countOf(Math.round(ms / 3_600_000), 'hour')
  return countOf(Math.round(ms / DAY_MS), 'day')
}

function timeOf(id: bigint): number {
  return snowflakeToDate(String(id)).getTime()
}

function toId(text: string | null | undefined): bigint {
  return text && /^\d+$/.test(text) ? BigInt(text) : 0n
}

function max(...ids: bigint[]): bigint {
  return ids.reduce((highest, id) => (id > highest ? id : highest), 0n)
}
