import { PermanentFailure } from '@dcs/shared/core'
import {
  claimScanRun,
  findChannel,
  markScanFailed,
  markScanSucceeded,
  notifyScan,
  type BotChannel,
} from '@dcs/shared/db'
import { hasMessages } from '@dcs/shared/domain'
import type { Handler } from '../../runner/handler.ts'
import { requireReadable } from './access.ts'
import { readHistory } from './read-history.ts'
import { resolveScanRules, type ScanRules } from './rules.ts'

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
    const isComplete = await readHistory(
      context,
      {
        runId,
        guildId,
        channelId,
        from: claimed.beforeMessageId,
        rules: rules.clips,
        requireReadable: () => requireReadable(context, target),
      },
      run,
    )
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

function requireScannable(channel: BotChannel, rules: ScanRules): void {
  if (!hasMessages(channel.type))
    throw new PermanentFailure('unsupported', `#${channel.name} holds other channels and has no messages of its own.`)
  if (channel.isNsfw && rules.ignoreNsfwChannels)
    throw new PermanentFailure(
      'forbidden',
      `#${channel.name} is age-restricted, and this server collects nothing from such channels (setting ignore_nsfw_channels).`,
    )
}
