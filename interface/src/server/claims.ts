import { AppError, SECOND } from '@dcs/shared/core'
import { findGuild, findGuildHolder, findUserByDiscordId, moveGuildClaim } from '@dcs/shared/db'
import { fetchGuild, fetchMember } from '@dcs/shared/discord'
import { grantAccess, mayManage } from '@dcs/shared/domain'
import type { Context } from './context.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

const TIMEOUT_MS = 8 * SECOND

/** Only whether somebody manages is asked, so nothing else is given. */
const NO_RIGHTS = { tag: [], edit: [], delete: [], stats: [], ageRestricted: 'hide' } as const

/**
 * Whether a person manages a guild that the bot is in, as Discord says at this moment: nothing stored is believed. Null when the bot is not there. Throws
 * `unavailable` when Discord does not say: no answer is no proof.
 */
export async function provesToManage(context: Context, guildId: string, userId: string): Promise<boolean | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const [guild, person] = await Promise.all([
      fetchGuild(context.rest(), guildId, signal),
      fetchMember(context.rest(), guildId, userId, signal),
    ])
    if (!guild) return null
    const access = grantAccess({ ...guild, isUnavailable: false }, person && { userId, ...person }, [], {
      now: new Date(),
      threadIds: new Set(),
      showsAgeRestricted: false,
      rights: NO_RIGHTS,
    })
    return access !== null && mayManage(access)
  } catch (cause) {
    throw new AppError('unavailable', `Discord does not say who manages ${guildId}`, {
      publicMessage: 'Discord cannot be asked right now whether you manage this server. Try again in a moment.',
      cause,
    })
  }
}

/**
 * The viewer becomes who holds the guild here. Throws `forbidden` without proof that they manage it, and `conflict` when the bot is not there or another manager
 * holds it. A holder who does not manage it any more loses it to the first who claims.
 */
export async function claimGuild(context: Context, { userId }: Viewer, { guild }: ViewerGuild): Promise<void> {
  const { guildId } = guild
  await requireProof(context, guildId, userId)
  const holder = await findGuildHolder(guildId)
  if (holder?.userId === userId)
    throw new AppError('conflict', `${userId} holds ${guildId} already`, {
      publicMessage: 'You have claimed this server already.',
    })
  if (holder && (await provesToManage(context, guildId, holder.userId))) throw taken(holder.name)
  const isMoved = await moveGuildClaim(guildId, {
    from: holder?.userId ?? null,
    to: userId,
    by: userId,
    action: 'guild.claim',
  })
  if (isMoved) return
  const winner = await findGuildHolder(guildId)
  throw winner ? taken(winner.name) : botIsGone(guildId)
}

/**
 * Hands a guild that the viewer holds to another manager. Throws `forbidden` for who does not hold it or does not manage it, and `conflict` for somebody who
 * does not manage it or has never signed in here.
 */
export async function transferGuild(
  context: Context,
  { userId }: Viewer,
  { guild }: ViewerGuild,
  to: string,
): Promise<void> {
  const { guildId } = guild
  await requireHolder(guildId, userId)
  await requireProof(context, guildId, userId)
  if (to === userId)
    throw new AppError('conflict', 'handed to oneself', { publicMessage: 'You have this server already.' })
  if (!(await findUserByDiscordId(to)) || !(await provesToManage(context, guildId, to)))
    throw new AppError('conflict', `${to} cannot have ${guildId}`, {
      publicMessage: 'Only somebody who manages this server in Discord and has signed in here once can have it.',
    })
  await moveOwn(guildId, { from: userId, to, by: userId, action: 'guild.transfer' })
}

/** Gives up a guild that the viewer holds. Throws `forbidden` for who does not hold it. */
export async function unclaimGuild({ userId }: Viewer, { guild }: ViewerGuild): Promise<void> {
  await requireHolder(guild.guildId, userId)
  await moveOwn(guild.guildId, { from: userId, to: null, by: userId, action: 'guild.unclaim' })
}

/** Throws `forbidden` when somebody else holds the guild: what cannot be taken back is for its holder, or for any manager of a guild nobody claimed. */
export async function requireHolderOrNobody(guildId: string, userId: string): Promise<void> {
  const holder = await findGuildHolder(guildId)
  if (holder === null || holder.userId === userId) return
  throw new AppError('forbidden', `${guildId} is held by ${holder.userId}`, {
    publicMessage: `${holder.name} claimed this server; only they may do this. Somebody else who manages it can claim it when they do not any more.`,
  })
}

async function requireHolder(guildId: string, userId: string): Promise<void> {
  if ((await findGuildHolder(guildId))?.userId === userId) return
  throw new AppError('forbidden', `${userId} does not hold ${guildId}`, {
    publicMessage: 'You have not claimed this server.',
  })
}

async function requireProof(context: Context, guildId: string, userId: string): Promise<void> {
  const stored = await findGuild(guildId)
  const proof = stored?.leftAt === null ? await provesToManage(context, guildId, userId) : null
  if (proof === null) throw botIsGone(guildId)
  if (!proof)
    throw new AppError('forbidden', `${userId} does not manage ${guildId}`, {
      publicMessage: 'Discord says that you do not manage this server: that takes Manage Server there.',
    })
}

async function moveOwn(guildId: string, move: Parameters<typeof moveGuildClaim>[1]): Promise<void> {
  if (await moveGuildClaim(guildId, move)) return
  throw new AppError('conflict', `${guildId} changed hands meanwhile`, {
    publicMessage: 'This server changed hands meanwhile. Look again.',
  })
}

function taken(name: string): AppError {
  return new AppError('conflict', 'somebody else holds the guild', {
    publicMessage: `${name} has claimed this server. They can hand it over to you.`,
  })
}

function botIsGone(guildId: string): AppError {
  return new AppError('conflict', `the bot is not in ${guildId}`, {
    publicMessage: 'The bot is not in this server any more. Add it again first.',
  })
}
