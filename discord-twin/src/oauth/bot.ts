import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { Guild } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { guildPermissions } from '../world/permissions.ts'

/** The guilds somebody may add the bot to. */
export function manageableGuilds(world: World, userId: string): Guild[] {
  return [...world.guilds.values()].filter((guild) => {
    const member = guild.members.get(userId)
    return member !== undefined && Boolean(guildPermissions(guild, member) & Bits.ManageGuild)
  })
}

/**
 * Adds the bot to a guild. With permissions it gets a role of its own that has them; a bot that is there already has the ones of its role
 * replaced (https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow).
 */
export function addBot(world: World, guildId: string, permissions: bigint): void {
  const guild = world.requireGuild(guildId)
  const own = [...guild.roles.values()].find(({ botId }) => botId === world.botId)
  const isMember = world.botGuilds.has(guildId)
  if (own && own.permissions !== permissions) world.setRole(guildId, { ...own, permissions })
  if (isMember) return
  const bot = world.people.get(world.botId)
  const role =
    own ??
    (permissions === 0n
      ? undefined
      : world.setRole(guildId, {
          id: world.nextId(),
          name: bot?.username ?? 'Bot',
          permissions,
          position: 1,
          botId: world.botId,
        }))
  world.joinBot(guildId, role ? [role.id] : [])
}
