import { and, eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { may, type Ability, type GuildAccess } from '../../domain/access.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { clips, clipTags, type Clip } from '../models/index.ts'
import { notifyClips } from '../notifications.ts'
import { recordAudit, type AuditRecord } from './audit.repo.ts'
import { removeClip } from './clip-deletion.repo.ts'
import { visibleClips } from './visible-clips.ts'

/** A change of what people added to a clip; what is not given stays. `title` null: back to the one from Discord. */
export type ClipChange = {
  title?: string | null | undefined
  visibility?: Clip['visibility'] | undefined
  tags?: readonly string[] | undefined
}

type By = Pick<AuditRecord, 'actorId' | 'via'>

/**
 * Changes a clip that these grants allow to see. Authors may change their own, others need the right: edit for title and visibility, tag or edit for tags.
 * Throws `not-found` for a clip that cannot be seen and `forbidden` without the right; then nothing is changed.
 */
export async function changeClip(
  access: readonly GuildAccess[],
  clipId: string,
  change: ClipChange,
  by: By,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const { grant, clip } = await requireClip(access, clipId, tx, { locks: true })
    const { title, visibility, tags } = change
    if (title !== undefined || visibility !== undefined) requireAbility(grant, clip, ['edit'])
    if (tags) requireAbility(grant, clip, ['tag', 'edit'])
    await tx
      .update(clips)
      .set({
        ...(title === undefined ? {} : { givenTitle: title }),
        ...(visibility ? { visibility } : {}),
        updatedAt: sql`now()`,
      })
      .where(eq(clips.id, clipId))
    if (tags) await setTags(clipId, tags, by.actorId, tx)
    await notifyClips(clip, tx)
    const action = title === undefined && visibility === undefined ? 'clip.tag' : 'clip.edit'
    await recordAudit({ guildId: clip.guildId, ...by, action, target: clipId, details: { ...change } }, tx)
  })
}

/**
 * Takes a clip that these grants allow to see out of the library for good; no scan brings it back. Authors may remove their own, others need the right. Its files
 * go with the next clean-up. Throws `not-found` and `forbidden` as `changeClip` does.
 */
export async function takeClipOut(
  access: readonly GuildAccess[],
  clipId: string,
  by: By,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const { grant, clip } = await requireClip(access, clipId, tx, { locks: false })
    requireAbility(grant, clip, ['delete'])
    if (!(await removeClip(clipId, grant.userId, tx))) throw notFound(clipId, grant.userId)
    const details = { channelId: clip.channelId, messageId: clip.messageId }
    await recordAudit({ guildId: clip.guildId, ...by, action: 'clip.remove', target: clipId, details }, tx)
  })
}

/** What somebody may do with a clip they see. */
export function abilitiesOn(
  grant: GuildAccess,
  clip: Pick<Clip, 'authorId'>,
): { edit: boolean; tag: boolean; delete: boolean } {
  const isOwn = clip.authorId !== null && clip.authorId === grant.userId
  const edit = isOwn || may(grant, 'edit')
  return { edit, tag: edit || may(grant, 'tag'), delete: isOwn || may(grant, 'delete') }
}

type Found = Pick<Clip, 'guildId' | 'channelId' | 'messageId' | 'authorId'>

async function requireClip(
  access: readonly GuildAccess[],
  clipId: string,
  tx: Executor,
  { locks }: { locks: boolean },
): Promise<{ grant: GuildAccess; clip: Found }> {
  const query = tx
    .select({
      guildId: clips.guildId,
      channelId: clips.channelId,
      messageId: clips.messageId,
      authorId: clips.authorId,
    })
    .from(clips)
    .where(and(eq(clips.id, clipId), visibleClips(access, 'link')))
  const [clip] = locks ? await query.for('no key update') : await query
  const grant = access.find(({ guildId }) => guildId === clip?.guildId)
  if (!clip || !grant) throw notFound(clipId, access[0]?.userId)
  return { grant, clip }
}

function requireAbility(grant: GuildAccess, clip: Found, abilities: readonly Exclude<Ability, 'stats'>[]): void {
  const own = abilitiesOn(grant, clip)
  if (abilities.some((ability) => own[ability])) return
  throw new AppError('forbidden', `${grant.userId} may not ${abilities.join(' or ')} clips of ${grant.guildId}`, {
    publicMessage: 'You may not do this with this clip. Its author, managers and the roles they chose may.',
  })
}

async function setTags(clipId: string, tags: readonly string[], taggedBy: string | null, tx: Executor): Promise<void> {
  const wanted = sql`(select jsonb_array_elements_text(${JSON.stringify(tags)}::jsonb))`
  await tx.delete(clipTags).where(and(eq(clipTags.clipId, clipId), sql`${clipTags.tag} not in ${wanted}`))
  if (tags.length > 0)
    await tx
      .insert(clipTags)
      .values(tags.map((tag) => ({ clipId, tag, taggedBy })))
      .onConflictDoNothing()
}

function notFound(clipId: string, userId: string | undefined): AppError {
  return new AppError('not-found', `clip ${clipId} is not visible to ${userId}`, {
    publicMessage: 'This clip does not exist, or you may not see it.',
  })
}
