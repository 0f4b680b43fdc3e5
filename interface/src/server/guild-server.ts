import { findGuildHolder, listRoles, listSignedInMembers } from '@dcs/shared/db'
import { fetchOwnId, type REST } from '@dcs/shared/discord'
import {
  BOT_PERMISSIONS,
  guildPermissions,
  missingBotPermissions,
  missingForReading,
  Permission,
} from '@dcs/shared/domain'
import type { GuildServer } from '../lib/api-types.ts'
import type { Context } from './context.ts'
import { toGuildItem } from './guild-item.ts'
import { findPerson } from './memberships.ts'
import { countProblems } from './problems.ts'
import { requireManage, topChannels } from './scan-channels.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

const MOST_NAMES = 20

/** Who claimed a guild, who could have it, and what the bot lacks there; channels only as far as the viewer sees them. Managers only. */
export async function findGuildServer(context: Context, { userId }: Viewer, own: ViewerGuild): Promise<GuildServer> {
  requireManage(own)
  const { guildId, discordOwnerId } = own.guild
  const [holder, roles, people, problems, bot] = await Promise.all([
    findGuildHolder(guildId),
    listRoles(guildId),
    listSignedInMembers(guildId),
    countProblems(own),
    findBot(context, guildId),
  ])
  const facts = { guildId, ownerId: discordOwnerId, roles }
  const unreadable = bot ? topChannels(own).filter((channel) => missingForReading(facts, bot, channel).length > 0) : []
  return {
    guild: toGuildItem(own),
    holder: holder ? { ...holder, isYou: holder.userId === userId } : null,
    candidates: people
      .filter(
        (person) =>
          person.userId !== holder?.userId && (guildPermissions(facts, person) & Permission.ManageGuild) !== 0n,
      )
      .map(({ userId: id, name }) => ({ userId: id, name })),
    permissions: BOT_PERMISSIONS.map(({ name, reason }) => ({ name, reason })),
    missing: bot ? missingBotPermissions(facts, bot).map(({ name }) => name) : null,
    unreadable: { names: unreadable.slice(0, MOST_NAMES).map(({ name }) => name ?? ''), total: unreadable.length },
    problems,
  }
}

const botIds = new WeakMap<REST, Promise<string>>()

/** The bot as a member of a guild; null when Discord does not say. */
async function findBot(context: Context, guildId: string) {
  try {
    const rest = context.rest()
    let id = botIds.get(rest)
    if (!id) {
      id = fetchOwnId(rest, AbortSignal.timeout(8_000))
      botIds.set(rest, id)
      id.catch(() => botIds.delete(rest))
    }
    const bot = await findPerson(context, guildId, await id)
    return bot === 'unknown' ? null : bot
  } catch (error) {
    context.log.warn({ err: error, guildId }, 'the permissions of the bot could not be looked up')
    return null
  }
}
