import { findChannel, findChannelRules, type BotChannel, type ChannelRules } from '@dcs/shared/db'
import { isThread } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'

/** The settings of a channel; what is stored and broken is logged. */
export async function resolveScanRules(context: WorkerContext, channel: BotChannel): Promise<ChannelRules> {
  const parent = isThread(channel.type) && channel.parentId ? await findChannel(channel.parentId) : null
  const { settings, cdnHosts } = context
  const rules = await findChannelRules(settings, channel, parent, { cdnHosts, botUserId: await context.botUserId() })
  if (rules.issues.length > 0)
    context.log.warn({ channelId: channel.channelId, issues: rules.issues }, 'stored settings ignored')
  return rules
}
