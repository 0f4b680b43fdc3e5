import type { ClipRules } from '../../domain/clip-types.ts'
import { isThread } from '../../domain/channel-types.ts'
import {
  parseStoredChannelSettings,
  parseStoredGuildSettings,
  resolveChannelSettings,
  resolveGuildSettings,
  toClipRules,
  type InstanceSettings,
} from '../../settings/index.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { BotChannel } from '../models/index.ts'
import { getGuildSettings } from './guild-settings.repo.ts'

/** Only the first `perDay` clips of a channel and day are kept, 0 being all; a day is one of `timeZone`. */
export type DailyCap = { perDay: number; timeZone: string }

/** Everything the settings say about a channel. A thread has the settings of its channel. */
export type ChannelRules = {
  /** Whether its messages are read: it is switched on, or it is a thread of one and threads are wanted. */
  isRead: boolean
  /** Why nothing is collected from it although it is switched on, as a sentence; null when something is. */
  ignoresChannel: string | null
  clips: ClipRules
  dailyCap: DailyCap
  includesThreads: boolean
  scanMode: 'forward' | 'backfill'
  searchFirst: boolean
  maxMessagesPerPass: number
  maxConcurrentScans: number
  /** Milliseconds. */
  backoff: { initialMs: number; maxMs: number; multiplier: number }
  deletion: { policy: 'keep' | 'hide' | 'purge'; graceDays: number }
  /** What is stored and broken, a sentence each: it does not count; what it would have replaced does. */
  issues: readonly string[]
}

/** Resolves the settings of a channel; `parent` is the channel of a thread, otherwise not looked at. One statement. */
export async function findChannelRules(
  instance: InstanceSettings,
  channel: BotChannel,
  parent: BotChannel | null,
  discord: Pick<ClipRules, 'cdnHosts' | 'botUserId'>,
  db: Executor = database(),
): Promise<ChannelRules> {
  const stored = await getGuildSettings(channel.guildId, db)
  return resolveChannelRules(instance, stored?.settings, channel, parent, discord)
}

/** `findChannelRules` with the guild's stored settings at hand. */
export function resolveChannelRules(
  instance: InstanceSettings,
  guildSettings: unknown,
  channel: BotChannel,
  parent: BotChannel | null,
  discord: Pick<ClipRules, 'cdnHosts' | 'botUserId'>,
): ChannelRules {
  const inThread = isThread(channel.type)
  const place = inThread ? parent : channel
  const guild = parseStoredGuildSettings(guildSettings, { lenient: true })
  const own = parseStoredChannelSettings(place?.settings ?? {}, { lenient: true })
  const layers = { instance, guild: guild.settings }
  const ofGuild = resolveGuildSettings(layers)
  const ofChannel = resolveChannelSettings({ ...layers, channel: own.settings })
  const includesThreads = ofGuild.parse_threads || ofChannel.include_threads
  const { backoff, safety } = ofChannel
  return {
    isRead: channel.isReading || (inThread && includesThreads && place?.isReading === true),
    ignoresChannel:
      ofGuild.ignore_nsfw_channels && place?.isNsfw
        ? `#${channel.name} is age-restricted, and this server collects nothing from such channels (setting ignore_nsfw_channels).`
        : null,
    clips: toClipRules(ofChannel, ofGuild, discord),
    dailyCap: { perDay: ofChannel.match.max_clips_per_day, timeZone: ofGuild.tz },
    includesThreads,
    scanMode: ofChannel.scan_mode,
    searchFirst: ofGuild.search_first,
    maxMessagesPerPass: ofChannel.max_messages_per_pass,
    maxConcurrentScans: safety.max_concurrent_scans,
    backoff: { initialMs: backoff.initial_ms, maxMs: backoff.max_ms, multiplier: backoff.multiplier },
    deletion: { policy: ofGuild.deletion_policy, graceDays: ofGuild.deletion_grace_days },
    issues: [...guild.issues, ...own.issues].map(({ message }) => message),
  }
}
