import { snowflakeToDate } from '@dcs/shared/core'
import { listCoverageRows, type BotChannel } from '@dcs/shared/db'
import { describeCoverage, type DescribedCoverage } from '@dcs/shared/domain'
import type { CoverageItem } from '../lib/api-types.ts'

/** Looks up what has been read of these channels; the answer describes one of them. `now` in milliseconds. */
export async function listCoverageItems(
  channels: readonly BotChannel[],
  now: number,
): Promise<(channel: BotChannel) => CoverageItem> {
  const rows = await listCoverageRows(channels.map(({ channelId }) => channelId))
  return (channel) => {
    const row = rows.get(channel.channelId)
    const { sentence, advice, isComplete, read } = describeCoverage(channel, row)
    const parts = toParts(read, timeOf(BigInt(channel.channelId)), now)
    return { state: row?.state ?? 'unknown', advice, sentence, parts, isComplete }
  }
}

// A channel that is complete is full to the right, however long nothing was posted.
function toParts(read: DescribedCoverage['read'], born: number, now: number): CoverageItem['parts'] {
  if (!read) return []
  const life = Math.max(1, now - born)
  const place = (id: bigint) => Math.min(1, Math.max(0, (timeOf(id) - born) / life))
  return read.ranges.map(({ low, high }) => ({ from: place(low), to: high >= read.latest ? 1 : place(high) }))
}

function timeOf(id: bigint): number {
  return snowflakeToDate(String(id)).getTime()
}
