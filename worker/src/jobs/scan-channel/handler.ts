import { PermanentFailure } from '@dcs/shared/core'
import {
  claimScanRun,
  findChannel,
  listCoverage,
  markScanFailed,
  markScanSucceeded,
  notifyScan,
  type BotChannel,
  type ChannelRules,
} from '@dcs/shared/db'
import { fetchMessagesBefore } from '@dcs/shared/discord'
import { hasMessages } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'
import type { Handler } from '../../runner/handler.ts'
import { requireReadable } from './access.ts'
import { isCovered } from './page.ts'
import { readHistory } from './read-history.ts'
import { resolveScanRules } from './rules.ts'

/** Reads the history of a channel for a scan run. */
export const scanChannelHandler: Handler<'scan-channel'> = {
  concurrency: 4,

  run: async (context, { runId, guildId, channelId }, run) => {
    const claimed = await claimScanRun(runId)
    if (!claimed) return
    await notifyScan(guildId)
    const channel = await findChannel(channelId)
    if (!channel) throw new PermanentFailure('not-found', 'The channel is not stored any more.')
    const rules = await resolveScanRules(context, channel)
    requireScannable(channel, rules)
    const target = { guildId, channelId, name: channel.name ?? channelId }
    await requireReadable(context, target)
    const read = (from: string | null) =>
      readHistory(
        context,
        {
          runId,
          guildId,
          channelId,
          from,
          rules: rules.clips,
          dailyCap: rules.dailyCap,
          requireReadable: () => requireReadable(context, target),
        },
        run,
      )
    // A run that was cut off goes on where it was, and then looks at what was posted above its first page meanwhile.
    let isComplete = await read(claimed.beforeMessageId)
    if (isComplete && claimed.beforeMessageId !== null && (await hasUnreadTop(context, channelId)))
      isComplete = await read(null)
    run.event.canceled = !isComplete
    if (isComplete) await markScanSucceeded(runId)
    await notifyScan(guildId)
  },

  recordFailure: async (_context, { runId, guildId }, failure) => {
    await markScanFailed(runId, failure.message)
    await notifyScan(guildId)
  },

  backoff: async (context, { channelId }) => {
    const channel = await findChannel(channelId)
    return channel ? (await resolveScanRules(context, channel)).backoff : undefined
  },
}

function requireScannable(channel: BotChannel, rules: ChannelRules): void {
  if (!hasMessages(channel.type))
    throw new PermanentFailure('unsupported', `#${channel.name} holds other channels and has no messages of its own.`)
  if (rules.ignoresChannel !== null) throw new PermanentFailure('forbidden', rules.ignoresChannel)
}

/** Whether the newest message of a channel has not been read. */
async function hasUnreadTop({ rest, stopping }: WorkerContext, channelId: string): Promise<boolean> {
  const [newest] = await fetchMessagesBefore(rest, channelId, null, stopping)
  return newest !== undefined && !isCovered(BigInt(newest.id), await listCoverage(channelId))
}
