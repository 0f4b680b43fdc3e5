import type { BotChannel } from '@dcs/shared/db'
import { getGuildSettings } from '@dcs/shared/db'
import type { ClipRules } from '@dcs/shared/domain'
import {
  parseStoredChannelSettings,
  parseStoredGuildSettings,
  resolveChannelSettings,
  resolveGuildSettings,
  toClipRules,
} from '@dcs/shared/settings'
import type { WorkerContext } from '../../context.ts'
import type { Backoff } from '../../runner/backoff.ts'

/** What the settings say about scanning a channel. */
export type ScanRules = { clips: ClipRules; backoff: Backoff; ignoreNsfwChannels: boolean }

/** Resolves the settings of a channel. A stored value that is broken does not count; what it would have replaced does. */
export async function resolveScanRules(context: WorkerContext, channel: BotChannel): Promise<ScanRules> {
  const stored = await getGuildSettings(channel.guildId)
  const guild = parseStoredGuildSettings(stored?.settings, { lenient: true })
  const own = parseStoredChannelSettings(channel.settings, { lenient: true })
  const issues = [...guild.issues, ...own.issues].map(({ message }) => message)
  if (issues.length > 0) context.log.warn({ channelId: channel.channelId, issues }, 'stored settings ignored')
  const layers = { instance: context.settings, guild: guild.settings }
  const { match, backoff } = resolveChannelSettings({ ...layers, channel: own.settings })
  return {
    clips: toClipRules({ match }),
    backoff: { initialMs: backoff.initial_ms, maxMs: backoff.max_ms, multiplier: backoff.multiplier },
    ignoreNsfwChannels: resolveGuildSettings(layers).ignore_nsfw_channels,
  }
}
