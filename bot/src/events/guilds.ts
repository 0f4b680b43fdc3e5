import { GatewayDispatchEvents as Events } from '@discordjs/core'
import { deleteRole, forgetMembers, markGuildLeft, upsertGuild, upsertRole } from '@dcs/shared/db'
import { guildIconUrl } from '@dcs/shared/discord'
import { toRoleSnapshot } from '../gateway/snapshots.ts'
import { onEvent } from './event.ts'

export const ready = onEvent(Events.Ready, ({ sync }, data) => sync.onReady(data))

export const guildCreate = onEvent(Events.GuildCreate, ({ sync }, data) => {
  if ('unavailable' in data && data.unavailable) return sync.onOutage(data.id)
  sync.onGuild(data)
})

export const guildUpdate = onEvent(Events.GuildUpdate, async ({ sync }, data, { config }) => {
  await sync.idle()
  const icon = guildIconUrl(config.discord.cdnHosts, data.id, data.icon)
  await upsertGuild({ guildId: data.id, name: data.name, icon, discordOwnerId: data.owner_id })
})

/** `unavailable` is an outage of Discord, not a goodbye. What we keep of a guild the bot was removed from stays. */
export const guildDelete = onEvent(Events.GuildDelete, async ({ sync }, data) => {
  if (data.unavailable) return sync.onOutage(data.id)
  await sync.idle()
  await markGuildLeft(data.id)
  await forgetMembers(data.id)
})

export const roleCreate = onEvent(Events.GuildRoleCreate, async ({ sync }, { guild_id: guildId, role }) => {
  await sync.idle()
  await upsertRole(guildId, toRoleSnapshot(role))
})

export const roleUpdate = onEvent(Events.GuildRoleUpdate, roleCreate.handle)

export const roleDelete = onEvent(Events.GuildRoleDelete, async ({ sync }, { guild_id: guildId, role_id: roleId }) => {
  await sync.idle()
  await deleteRole(guildId, roleId)
})
