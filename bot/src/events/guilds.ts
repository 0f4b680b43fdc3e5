import { GatewayDispatchEvents as Events } from '@discordjs/core'
import { deleteRole, noteMember, upsertGuild, upsertRole } from '@dcs/shared/db'
import { guildIconUrl, toMember } from '@dcs/shared/discord'
import { toRoleSnapshot } from '../gateway/snapshots.ts'
import { onEvent } from './event.ts'

export const ready = onEvent(Events.Ready, ({ sync }, data) => sync.onReady(data))

export const guildCreate = onEvent(Events.GuildCreate, ({ sync }, data) =>
  'unavailable' in data && data.unavailable ? sync.onOutage(data.id) : sync.onGuild(data),
)

export const guildUpdate = onEvent(Events.GuildUpdate, async (_services, data, { config }) => {
  const icon = guildIconUrl(config.discord.cdnHosts, data.id, data.icon)
  await upsertGuild({ guildId: data.id, name: data.name, icon, discordOwnerId: data.owner_id })
})

/** `unavailable` is an outage of Discord, not a goodbye. What we keep of a guild the bot was removed from stays. */
export const guildDelete = onEvent(Events.GuildDelete, ({ sync }, data) =>
  data.unavailable ? sync.onOutage(data.id) : sync.onLeave(data.id),
)

export const roleCreate = onEvent(Events.GuildRoleCreate, async ({ sync }, { guild_id: guildId, role }) => {
  await upsertRole(guildId, toRoleSnapshot(role))
  await sync.onAccessChange(guildId)
})

export const roleUpdate = onEvent(Events.GuildRoleUpdate, roleCreate.handle)

export const roleDelete = onEvent(Events.GuildRoleDelete, async ({ sync }, { guild_id: guildId, role_id: roleId }) => {
  await deleteRole(guildId, roleId)
  await sync.onAccessChange(guildId)
})

/** Those of others only come with the privileged intent for members; those of the bot always do. */
export const memberUpdate = onEvent(Events.GuildMemberUpdate, async ({ sync }, member, { identity }) => {
  await noteMember(member.guild_id, member.user.id, toMember(member))
  if (member.user.id === identity.userId) await sync.onOwnRoles(member.guild_id, member.roles)
})

export const memberRemove = onEvent(Events.GuildMemberRemove, (_services, { guild_id: guildId, user }) =>
  noteMember(guildId, user.id, null),
)

export const memberAdd = onEvent(Events.GuildMemberAdd, (_services, member) =>
  noteMember(member.guild_id, member.user.id, toMember(member)),
)
