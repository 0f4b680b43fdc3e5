import { parseSnowflake } from '@dcs/shared/core'
import { listChannelsWithGap, notifyScan, requestScans, transaction } from '@dcs/shared/db'
import { channelTypeName, hasMessages } from '@dcs/shared/domain'
import type { BotContext } from '../context.ts'
import type { RawChannel } from '../gateway/snapshots.ts'

/** Requests a scan of every channel that is read and whose newest message has not been read: what was missed, or a first reading. */
export async function closeGaps(context: BotContext, channels: readonly RawChannel[]): Promise<number> {
  const newest = channels.flatMap(({ id, type, last_message_id: last }) =>
    last && hasMessages(channelTypeName(type)) ? [{ channelId: id, lastMessageId: last }] : [],
  )
  const open = await listChannelsWithGap(newest)
  return requestChannelScans(
    context,
    open.map(({ channelId }) => channelId),
  )
}

/** Requests scans with their jobs in one transaction; channels with one under way are left out. Returns how many were added. */
export async function requestChannelScans({ queue }: BotContext, channelIds: readonly string[]): Promise<number> {
  if (channelIds.length === 0) return 0
  return transaction(async (tx) => {
    const runs = await requestScans(channelIds, null, tx)
    const payloads = runs.map(({ runId, guildId, channelId }) => ({
      runId,
      guildId: parseSnowflake(guildId),
      channelId: parseSnowflake(channelId),
      turn: 0,
    }))
    await queue.enqueue('scan-channel', payloads, tx)
    for (const guildId of new Set(runs.map((run) => run.guildId))) await notifyScan(guildId, tx)
    return runs.length
  })
}
