import { and, eq, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { inTransaction } from '../in-transaction.ts'
import { clips, objects, type Clip } from '../models/index.ts'
import { notifyClips } from '../notifications.ts'
import { HELD_BACK_REASONS, isUnwanted } from './unwanted-clips.ts'

/** What was learned about stored bytes. */
export type StoredVideo = {
  object: { sha256: string; sizeBytes: number; contentType: string }
  poster: { sha256: string; sizeBytes: number; contentType: string } | null
  durationSeconds: number
  width: number
  height: number
  videoCodec: string
  audioCodec: string | null
  placeholder: string | null
}

/** pending or failed → ready, with the object and poster rows, in one transaction. False, and nothing is stored, when the clip is not there any more or nothing of its author is kept. */
export async function markClipReady(clipId: string, video: StoredVideo, db: Executor = database()): Promise<boolean> {
  const { object, poster, placeholder, ...facts } = video
  return inTransaction(db, async (tx) => {
    const [there] = await tx.select({ id: clips.id }).from(clips).where(eq(clips.id, clipId)).for('update')
    // The one is read after the other is locked: who opts out meanwhile is seen.
    if (!there || (await isClipUnwanted(clipId, tx))) return false
    await tx
      .insert(objects)
      .values(poster ? [object, poster] : [object])
      .onConflictDoNothing()
    const [clip] = await tx
      .update(clips)
      .set({
        state: 'ready',
        failureCode: null,
        failureMessage: null,
        objectSha256: object.sha256,
        posterSha256: poster?.sha256 ?? null,
        ...facts,
        placeholder: placeholder ?? clips.placeholder,
        sizeBytes: sql`case when ${clips.sizeBytes} = 0 then ${object.sizeBytes}::bigint else ${clips.sizeBytes} end`,
        updatedAt: sql`now()`,
      })
      .where(eq(clips.id, clipId))
      .returning({ guildId: clips.guildId, channelId: clips.channelId })
    if (clip) await notifyClips(clip, tx)
    return true
  })
}

/** A clip whose bytes do not keep to the limits of its channel: failed, out of sight, with a sentence that says why. One that is ready stays ready. */
export async function markClipFiltered(clipId: string, sentence: string, db: Executor = database()): Promise<void> {
  await inTransaction(db, async (tx) => {
    const [clip] = await tx
      .update(clips)
      .set({
        state: 'failed',
        failureCode: 'filtered',
        failureMessage: sentence,
        hiddenAt: sql`coalesce(${clips.hiddenAt}, now())`,
        hiddenReason: sql`coalesce(${clips.hiddenReason}, 'filtered')`,
        updatedAt: sql`now()`,
      })
      .where(and(eq(clips.id, clipId), sql`${clips.state} <> 'ready'`))
      .returning({ guildId: clips.guildId, channelId: clips.channelId })
    if (clip) await notifyClips(clip, tx)
  })
}

/** Whether the clip is of an author who opted out or is blocked, so that no bytes of it are kept. */
export async function isClipUnwanted(clipId: string, db: Executor = database()): Promise<boolean> {
  const { rows } = await db.execute<{ id: string }>(
    sql`select id from clips where id = ${clipId} and ${isUnwanted('clips')}`,
  )
  return rows.length > 0
}

/** Whether the bytes of a clip are not fetched: the daily cap holds it back, it was filtered out, or somebody removed it. */
export function isHeldBack({ hiddenReason }: Pick<Clip, 'hiddenReason'>): boolean {
  return HELD_BACK_REASONS.some((reason) => reason === hiddenReason)
}

/** pending → failed, with a code for programs and a sentence for people. A clip that is ready stays ready. */
export async function markClipFailed(
  clipId: string,
  failureCode: string,
  failureMessage: string,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const [clip] = await tx
      .update(clips)
      .set({ state: 'failed', failureCode, failureMessage, updatedAt: sql`now()` })
      .where(and(eq(clips.id, clipId), sql`${clips.state} <> 'ready'`))
      .returning({ guildId: clips.guildId, channelId: clips.channelId })
    if (clip) await notifyClips(clip, tx)
  })
}

/** Keeps the fresh address of a clip. */
export async function updateClipUrl(clipId: string, url: string, db: Executor = database()): Promise<void> {
  await db
    .update(clips)
    .set({ url, updatedAt: sql`now()` })
    .where(eq(clips.id, clipId))
}
