import { PermanentFailure } from '@dcs/shared/core'
import { findChannel, findChannelRules, type BotChannel, type ChannelRules } from '@dcs/shared/db'
import { hasMessages, isThread } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'

/** A channel with its settings as they are now. Throws `PermanentFailure` when it is not to be scanned. */
export async function findScannable(
  context: WorkerContext,
  channelId: string,
): Promise<{ channel: BotChannel; rules: ChannelRules }> {
  const channel = await findChannel(channelId)
  if (!channel) throw new PermanentFailure('not-found', 'The channel is not stored any more.')
  const rules = await resolveScanRules(context, channel)
  if (!hasMessages(channel.type))
    throw new PermanentFailure('unsupported', `#${channel.name} holds other channels and has no messages of its own.`)
  if (rules.ignoresChannel !== null) throw new PermanentFailure('forbidden', rules.ignoresChannel)
  return { channel, rules }
}

/** The settings of a channel; what is stored and broken is logged. */
export async function resolveScanRules(context: WorkerContext, channel: BotChannel): Promise<ChannelRules> {
  const parent = isThread(channel.type) && channel.parentId ? await findChannel(channel.parentId) : null
  const { settings, cdnHosts } = context
  const rules = await findChannelRules(settings, channel, parent, { cdnHosts, botUserId: await context.botUserId() })
  if (rules.issues.length > 0)
    context.log.warn({ channelId: channel.channelId, issues: rules.issues }, 'stored settings ignored')
  return rules
}
