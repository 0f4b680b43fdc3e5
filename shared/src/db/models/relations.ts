import { defineRelations } from 'drizzle-orm'
import * as tables from './index.ts'

/** How the tables hang together, for `database().query`. */
export const relations = defineRelations(tables, (r) => ({
  users: {
    ownedGuilds: r.many.botGuilds(),
    installIntents: r.many.installIntents(),
  },
  botGuilds: {
    owner: r.one.users({ from: r.botGuilds.ownerUserId, to: r.users.discordUserId }),
    channels: r.many.botChannels(),
    roles: r.many.guildRoles(),
    clips: r.many.clips(),
    settings: r.one.guildSettings({ from: r.botGuilds.guildId, to: r.guildSettings.guildId }),
  },
  guildRoles: {
    guild: r.one.botGuilds({ from: r.guildRoles.guildId, to: r.botGuilds.guildId, optional: false }),
  },
  botChannels: {
    guild: r.one.botGuilds({ from: r.botChannels.guildId, to: r.botGuilds.guildId, optional: false }),
    scanRuns: r.many.botChannelScanRuns(),
    clips: r.many.clips(),
  },
  botChannelScanRuns: {
    channel: r.one.botChannels({ from: r.botChannelScanRuns.channelId, to: r.botChannels.channelId, optional: false }),
  },
  installIntents: {
    user: r.one.users({ from: r.installIntents.userId, to: r.users.discordUserId, optional: false }),
  },
  clips: {
    guild: r.one.botGuilds({ from: r.clips.guildId, to: r.botGuilds.guildId, optional: false }),
    channel: r.one.botChannels({ from: r.clips.channelId, to: r.botChannels.channelId, optional: false }),
    object: r.one.objects({ from: r.clips.objectSha256, to: r.objects.sha256 }),
  },
}))
