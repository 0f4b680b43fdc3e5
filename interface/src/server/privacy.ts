import { AppError, signReceipt, type SignedReceipt } from '@dcs/shared/core'
import {
  describeErasure,
  describePerson,
  findErasure,
  findOpenErasure,
  getGuildSettings,
  listErasures,
  optIn,
  optOut,
  type Erasure,
} from '@dcs/shared/db'
import { requestErasure, withdrawErasure } from '@dcs/shared/jobs'
import { parseStoredGuildSettings, resolveGuildSettings } from '@dcs/shared/settings'
import type { ErasureItem, GuildPurge, PersonPrivacy } from '../lib/api-types.ts'
import { requireHolderOrNobody } from './claims.ts'
import type { Context } from './context.ts'
import { toGuildItem } from './guild-item.ts'
import { instanceSettings } from './instance-settings.ts'
import { requireManage } from './scan-channels.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

/** What the person types to have everything of them erased. */
export const ERASE_WORD = 'erase'

/** What is kept of the viewer, and the erasures they asked for. */
export async function findPrivacy({ userId }: Pick<Viewer, 'userId'>): Promise<PersonPrivacy> {
  const [record, erasures] = await Promise.all([
    describePerson(userId),
    listErasures({ subject: 'author', subjectId: userId }),
  ])
  return { record, erasures: erasures.map(toErasureItem), eraseWord: ERASE_WORD }
}

/** The viewer opts out or in. Throws `conflict` for opting in while their clips are being erased. */
export async function changeOptOut({ userId }: Viewer, isOptedOut: boolean): Promise<void> {
  await (isOptedOut ? optOut(userId, 'web') : optIn(userId, 'web'))
}

/** Asks for everything of the viewer to be erased. Throws `invalid-input` when the word is not typed. */
export async function erasePerson(
  context: Context,
  { userId }: Viewer,
  { confirm, withAccount }: { confirm: string; withAccount: boolean },
): Promise<ErasureItem> {
  requireTyped(confirm, ERASE_WORD)
  const queue = await context.queue()
  const { erasure } = await requestErasure(queue, {
    subject: 'author',
    subjectId: userId,
    requestedBy: userId,
    via: 'web',
    withAccount,
  })
  return toErasureItem(erasure)
}

/** The signed receipt of an erasure of the viewer's, or one they asked for. Throws `not-found` for all others. */
export async function makeReceipt(context: Context, { userId }: Viewer, erasureId: string): Promise<SignedReceipt> {
  const erasure = await findErasure(erasureId)
  const isTheirs = erasure?.subject === 'author' && erasure.subjectId === userId
  if (!erasure || !(isTheirs || erasure.requestedBy === userId))
    throw new AppError('not-found', `erasure ${erasureId} is not one of ${userId}`, {
      publicMessage: 'There is no such receipt.',
    })
  const { authSecret } = context.config.interface
  if (!authSecret) throw new AppError('invalid-input', 'AUTH_SECRET is not set; receipts are signed with it.')
  return signReceipt(await describeErasure(erasure), authSecret)
}

/** Whether everything of a guild is to be erased, and how that goes. Managers only. */
export async function findPurge(own: ViewerGuild): Promise<GuildPurge> {
  requireManage(own)
  const { guildId } = own.guild
  const [open, all, graceDays] = await Promise.all([
    findOpenErasure('guild', guildId),
    listErasures({ subject: 'guild', subjectId: guildId }),
    findGraceDays(guildId),
  ])
  const last = open ?? all.find(({ erasedAt }) => erasedAt !== null) ?? null
  return { guild: toGuildItem(own), graceDays, purge: last && toErasureItem(last) }
}

/** Asks for everything of a guild to be erased when the grace is over. Throws `invalid-input` when its name is not typed, and `forbidden` when somebody else claimed the guild. Managers only. */
export async function requestPurge(
  context: Context,
  { userId }: Viewer,
  own: ViewerGuild,
  { confirm, leaves }: { confirm: string; leaves: boolean },
): Promise<void> {
  requireManage(own)
  requireTyped(confirm, own.guild.name)
  const { guildId } = own.guild
  await requireHolderOrNobody(guildId, userId)
  await requestErasure(await context.queue(), {
    subject: 'guild',
    subjectId: guildId,
    requestedBy: userId,
    via: 'web',
    graceDays: await findGraceDays(guildId),
    leavesGuild: leaves,
  })
}

/** Takes it back, as long as it has not begun. Throws `not-found` when nothing is open, and `conflict` when it has begun. Managers only. */
export async function cancelPurge({ userId }: Viewer, own: ViewerGuild): Promise<void> {
  requireManage(own)
  const open = await findOpenErasure('guild', own.guild.guildId)
  if (!open)
    throw new AppError('not-found', `nothing is to be erased in ${own.guild.guildId}`, {
      publicMessage: 'Nothing is to be erased in this server.',
    })
  await withdrawErasure(open.id, { actorId: userId, via: 'web' })
}

function toErasureItem(erasure: Erasure): ErasureItem {
  const { id, found, erased, clipsLeft, withAccount, leavesGuild } = erasure
  return {
    id,
    requestedAt: erasure.requestedAt.toISOString(),
    dueAt: erasure.dueAt.toISOString(),
    unreachableAt: erasure.unreachableAt?.toISOString() ?? null,
    erasedAt: erasure.erasedAt?.toISOString() ?? null,
    cancelledAt: erasure.cancelledAt?.toISOString() ?? null,
    clipsFound: found.clips ?? 0,
    clipsErased: erased.clips ?? 0,
    filesErased: erased.files ?? 0,
    clipsLeft: erasure.startedAt ? (clipsLeft ?? found.clips ?? 0) : null,
    withAccount,
    leavesGuild,
  }
}

async function findGraceDays(guildId: string): Promise<number> {
  const [instance, stored] = await Promise.all([instanceSettings(), getGuildSettings(guildId)])
  const { settings: guild } = parseStoredGuildSettings(stored?.settings ?? {}, { lenient: true })
  return resolveGuildSettings({ instance, guild }).purge_grace_days
}

function requireTyped(typed: string, wanted: string): void {
  if (typed.trim() === wanted.trim()) return
  throw new AppError('invalid-input', 'what was to be typed was not', {
    publicMessage: `Nothing was erased. Type ${JSON.stringify(wanted)} to confirm.`,
  })
}
