import { SECOND } from '@dcs/shared/core'
import { getChannelsByGuild, listRoles, type BotChannel, type BotGuild } from '@dcs/shared/db'
import { fetchChannels, fetchGuild, type DiscordChannel, type DiscordGuild } from '@dcs/shared/discord'
import { isThread, type GuildFacts } from '@dcs/shared/domain'
import type { Context } from './context.ts'
import { onAccessChange } from './live-events.ts'
import { createQuestions } from './questions.ts'

/** What of a guild decides who sees what. */
export type Surroundings = {
  facts: GuildFacts & { isUnavailable: boolean }
  channels: (BotChannel & { isAgeRestricted: boolean })[]
}

/** How long Discord's word on roles and channels counts where no event tells that they changed. */
const MAX_AGE_MS = 30 * SECOND
const DISCORD_TIMEOUT_MS = 8 * SECOND

type Answer = { guild: DiscordGuild; channels: DiscordChannel[] } | null

const questions = createQuestions<Answer>()
const answers = new Map<string, { answer: Answer; until: number }>()

/**
 * A guild as it is now: as it is stored while the bot hears of every change (`isCurrent`), otherwise as Discord says. Null for a guild that the bot is not in any more,
 * 'unknown' when Discord cannot be asked; then nobody may see anything of it.
 */
export async function findSurroundings(
  context: Context,
  guild: BotGuild,
  isCurrent: boolean,
): Promise<Surroundings | null | 'unknown'> {
  const { guildId } = guild
  const asked = isCurrent ? undefined : await askForGuild(context, guildId)
  if (asked === null || asked === 'unknown') return asked
  const [roles, stored] = await Promise.all([asked?.guild.roles ?? listRoles(guildId), getChannelsByGuild(guildId)])
  const known = stored.filter((channel) => channel.deletedAt === null)
  return {
    facts: {
      guildId,
      ownerId: asked?.guild.ownerId ?? guild.discordOwnerId,
      roles,
      isUnavailable: guild.unavailableSince !== null,
    },
    channels: (asked ? asToldNow(known, asked.channels) : known).map((channel) => ({
      ...channel,
      isAgeRestricted: channel.isNsfw !== false,
    })),
  }
}

async function askForGuild(context: Context, guildId: string): Promise<Answer | 'unknown'> {
  onAccessChange(forget)
  const known = answers.get(guildId)
  if (known && known.until > Date.now()) return known.answer
  try {
    const answer = await questions.ask(guildId, 'surroundings', async () => {
      const signal = AbortSignal.timeout(DISCORD_TIMEOUT_MS)
      const [guild, channels] = await Promise.all([
        fetchGuild(context.rest(), guildId, signal),
        fetchChannels(context.rest(), guildId, signal),
      ])
      return guild && channels && { guild, channels }
    })
    if (answer === 'too-many') return 'unknown'
    answers.set(guildId, { answer, until: Date.now() + MAX_AGE_MS })
    return answer
  } catch (error) {
    context.log.warn({ err: error, guildId }, 'the roles and channels of a server could not be checked')
    return 'unknown'
  }
}

function forget({ guildId }: { guildId: string | null }): void {
  if (guildId === null) answers.clear()
  else answers.delete(guildId)
}

/** Stored channels with what Discord says of them; those it does not have any more are left out. Threads follow their channel. */
function asToldNow(stored: readonly BotChannel[], told: readonly DiscordChannel[]): BotChannel[] {
  const byId = new Map(told.map((channel) => [channel.channelId, channel]))
  return stored.flatMap((channel) => {
    const now = byId.get(channel.channelId)
    if (now) {
      const { parentId, isNsfw } = now
      const permissionOverwrites = now.permissionOverwrites?.slice() ?? null
      return [{ ...channel, parentId, isNsfw, permissionOverwrites }]
    }
    return isThread(channel.type) ? [channel] : []
  })
}
