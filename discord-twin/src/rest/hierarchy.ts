import type { TwinContext } from '../context.ts'
import { compareIds } from '../snowflake.ts'
import type { Guild, Member, Role } from '../world/types.ts'
import { missingPermissions } from './errors.ts'

/** Lowest first; of two roles in the same place the older one is higher (https://docs.discord.com/developers/topics/permissions#permission-hierarchy). */
export function compareRoles(a: Pick<Role, 'id' | 'position'>, b: Pick<Role, 'id' | 'position'>): number {
  return a.position - b.position || compareIds(b.id, a.id)
}

/** Throws unless a role is lower than the bot's highest one. */
export function requireBelowBot({ world }: TwinContext, guild: Guild, role: Pick<Role, 'id' | 'position'>): void {
  if (guild.ownerId === world.botId) return
  const bot = guild.members.get(world.botId)
  if (!bot || compareRoles(role, highestRole(guild, bot)) >= 0) throw missingPermissions()
}

/** Throws unless somebody is lower than the bot; nobody is above the owner. */
export function requireMemberBelowBot(context: TwinContext, guild: Guild, member: Member): void {
  if (guild.ownerId === member.userId) throw missingPermissions()
  requireBelowBot(context, guild, highestRole(guild, member))
}

function highestRole(guild: Guild, { roleIds }: Member): Pick<Role, 'id' | 'position'> {
  const roles = roleIds.flatMap((id) => guild.roles.get(id) ?? []).toSorted(compareRoles)
  return roles.at(-1) ?? { id: guild.id, position: 0 }
}
