import { isThread } from '../domain/channel-types.ts'
import type { ClipRules } from '../domain/clip-types.ts'
import type { Executor } from '../db/database.ts'
import type { BotChannel } from '../db/models/index.ts'
import { resolveChannelRules, type ChannelRules } from '../db/repositories/channel-rules.repo.ts'
import { getChannelsByGuild } from '../db/repositories/channels.repo.ts'
import { getGuildSettings } from '../db/repositories/guild-settings.repo.ts'
import type { InstanceSettings } from '../settings/index.ts'

/** A channel or thread that is read, with what its settings say. */
export type ReadChannel = { channel: BotChannel; rules: ChannelRules }

/** What `findReadChannels` needs to know beside the database; only who makes clips needs to know Discord. */
export type ReadingContext = {
  settings?: InstanceSettings | undefined
  discord?: Pick<ClipRules, 'cdnHosts' | 'botUserId'>
}

/**
 * The channels of a guild that are read, by id: switched on and not deleted; threads with their channel where the settings include them. Forums are among
 * them, whose posts are threads.
 */
export async function findReadChannels(
  guildId: string,
  { settings = {}, discord = { cdnHosts: [], botUserId: null } }: ReadingContext,
  db: Executor,
): Promise<ReadChannel[]> {
  const all = await getChannelsByGuild(guildId, db)
  const stored = await getGuildSettings(guildId, db)
  const byId = new Map(all.map((channel) => [channel.channelId, channel]))
  return all
    .filter(({ deletedAt, type }) => deletedAt === null && type !== 'category')
    .toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1))
    .map((channel) => {
      const parent = isThread(channel.type) ? (byId.get(channel.parentId ?? '') ?? null) : null
      return { channel, rules: resolveChannelRules(settings, stored?.settings, channel, parent, discord) }
    })
    .filter(({ rules }) => rules.isRead && rules.ignoresChannel === null)
}
