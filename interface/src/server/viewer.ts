import { AppError } from '@dcs/shared/core'
import {
  findUserByDiscordId,
  listCurrentGuilds,
  listGuilds,
  getGuildSettings,
  type AccessChange,
  type BotChannel,
  type BotGuild,
} from '@dcs/shared/db'
import { grantAccess, placesOf, threadsByMembership, type GuildAccess, type PersonFacts } from '@dcs/shared/domain'
import { parseStoredGuildSettings, resolveGuildSettings, toRights } from '@dcs/shared/settings'
import { bringsToken, findTokenUser } from './api-tokens.ts'
import { getAuth } from './auth.ts'
import { getContext, type Context } from './context.ts'
import { isStillAllowed } from './discord-account.ts'
import { instanceSettings } from './instance-settings.ts'
import { onAccessChange } from './live-events.ts'
import { findSurroundings } from './guild-facts.ts'
import { findPersonIn, findThreads } from './memberships.ts'
import { pictureUrl } from './picture-url.ts'

/** A guild the viewer is in, with what they may see there. */
export type ViewerGuild = {
  guild: BotGuild
  icon: string | null
  access: GuildAccess
  channels: readonly BotChannel[]
}

/** A signed-in person and what they may see at this moment. */
export type Viewer = {
  userId: string
  name: string
  image: string | null
  guilds: readonly ViewerGuild[]
  /** True when Discord did not answer for some guilds; those are left out. */
  isIncomplete: boolean
  /** Where pictures of Discord come from. */
  cdnHosts: readonly string[]
  /** What the token allows that the request came with; left out for somebody in a browser. */
  scopes?: readonly string[]
}

/** One page asks for dozens of posters at once; they share one look, until the database tells of a change. Short, because it may fail to. */
const GRANTS_MAX_AGE_MS = 2_000

type Grants = Pick<Viewer, 'guilds' | 'isIncomplete'>

const grantsByUser = new Map<string, { promise: Promise<Grants>; until: number }>()

/**
 * The person behind a request, or null when nobody is signed in. With an API token it is the token's person, whatever cookies say. `admit` is asked who it is before what they may
 * see is looked up, which costs more; what it throws is thrown.
 */
export async function findViewer(
  headers: Headers,
  admit: (who: Pick<Viewer, 'userId' | 'scopes'>) => Promise<void> = async () => {},
): Promise<Viewer | null> {
  const who = bringsToken(headers) ? await findTokenUser(headers) : await findSignedIn(headers)
  if (!who) return null
  await admit(who)
  const grants = await getGrants(who.userId)
  const { cdnHosts } = (await getContext()).config.discord
  return { ...who, image: pictureUrl(cdnHosts, who.image), cdnHosts, ...grants }
}

/** The id of who is signed in with a browser, or null; what they may see is not looked up. */
export async function findSignedInId(headers: Headers): Promise<string | null> {
  return (await findSignedIn(headers))?.userId ?? null
}

async function findSignedIn(headers: Headers): Promise<Pick<Viewer, 'userId' | 'name' | 'image'> | null> {
  const auth = await getAuth()
  const session = await auth.api.getSession({ headers, query: { disableRefresh: true } })
  const userId = session?.user.discordUserId
  if (!session || !userId || !(await isStillAllowed(userId))) return null
  return { userId, name: session.user.name, image: session.user.image ?? null }
}

/** The grants of a viewer, for those guilds asked for. Throws `not-found` for a guild they are not in, and `unavailable` when Discord could not say. */
export function requireGuild(viewer: Viewer, guildId: string): ViewerGuild {
  const found = viewer.guilds.find(({ guild }) => guild.guildId === guildId)
  if (found) return found
  if (viewer.isIncomplete)
    throw new AppError('unavailable', 'Discord did not say whose guilds these are', {
      publicMessage: 'Discord cannot be asked right now whether you are in this server. Try again in a moment.',
    })
  throw new AppError('not-found', `guild ${guildId} is not one of ${viewer.userId}`, {
    publicMessage: 'This server does not exist, or you are not in it.',
  })
}

/** Looks at what a person may see anew with the next request. */
export function forgetGrants(userId: string): void {
  grantsByUser.delete(userId)
}

function getGrants(userId: string): Promise<Grants> {
  onAccessChange(dropGrants)
  const now = Date.now()
  const known = grantsByUser.get(userId)
  if (known && known.until > now) return known.promise
  for (const [key, { until }] of grantsByUser) if (until <= now) grantsByUser.delete(key)
  const promise = loadGrants(userId).catch((error: unknown) => {
    if (grantsByUser.get(userId)?.promise === promise) grantsByUser.delete(userId)
    throw error
  })
  grantsByUser.set(userId, { promise, until: now + GRANTS_MAX_AGE_MS })
  return promise
}

/** What one person may see, or everybody: who is in a guild is not asked, since a change may be what lets somebody in. */
function dropGrants({ userId }: AccessChange): void {
  if (userId === null) grantsByUser.clear()
  else forgetGrants(userId)
}

async function loadGrants(userId: string): Promise<Grants> {
  const context = await getContext()
  const [guilds, current] = await Promise.all([listGuilds(), listCurrentGuilds()])
  const people = await findPersonIn(
    context,
    guilds.map(({ guildId }) => guildId),
    userId,
  )
  const results = await Promise.all(
    guilds.map(async (guild) => {
      const person = people.get(guild.guildId) ?? null
      if (person === null || person === 'unknown') return { own: null, isComplete: person === null }
      return loadGuild(context, guild, person, current.has(guild.guildId))
    }),
  )
  return {
    guilds: results.flatMap(({ own }) => own ?? []),
    isIncomplete: results.some(({ isComplete }) => !isComplete),
  }
}

async function loadGuild(
  context: Context,
  guild: BotGuild,
  person: PersonFacts,
  isCurrent: boolean,
): Promise<{ own: ViewerGuild | null; isComplete: boolean }> {
  const { guildId } = guild
  const { userId } = person
  const [surroundings, instance, stored, user] = await Promise.all([
    findSurroundings(context, guild, isCurrent),
    instanceSettings(),
    getGuildSettings(guildId),
    findUserByDiscordId(userId),
  ])
  if (surroundings === null || surroundings === 'unknown') return { own: null, isComplete: surroundings === null }
  const { facts, channels } = surroundings
  const places = placesOf(guildId, channels)
  const { threadIds, isComplete } = await findThreads(
    context,
    guildId,
    userId,
    threadsByMembership(facts, person, places),
  )
  const { settings } = parseStoredGuildSettings(stored?.settings ?? {}, { lenient: true })
  const access = grantAccess(facts, person, places, {
    now: new Date(),
    threadIds,
    showsAgeRestricted: user?.showsAgeRestricted ?? false,
    rights: toRights(resolveGuildSettings({ instance, guild: settings })),
  })
  if (!access) return { own: null, isComplete }
  const shown = new Set(access.shownChannelIds)
  const icon = pictureUrl(context.config.discord.cdnHosts, guild.icon)
  const own = { guild, icon, access, channels: channels.filter((channel) => shown.has(channel.channelId)) }
  return { own, isComplete }
}
