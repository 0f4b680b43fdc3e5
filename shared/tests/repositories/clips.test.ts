import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { parseSnowflake } from '../../src/core/index.ts'
import {
  database,
  findClip,
  isHeldBack,
  listClipsWithoutJob,
  lockClipsOfChannels,
  markClipFailed,
  markClipFiltered,
  markClipReady,
  sql,
  transaction,
  updateClipUrl,
  upsertClips,
  type NewClip,
  type StoredVideo,
} from '../../src/db/index.ts'
import { openQueue } from '../../src/jobs/index.ts'
import { foundClip } from './clip-fixtures.ts'
import { atOnce, newChannel, newGuild, newId, row, rows, statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

const video: StoredVideo = {
  object: { sha256: 'a'.repeat(64), sizeBytes: 5_000_000_000, contentType: 'video/mp4' },
  poster: { sha256: 'b'.repeat(64), sizeBytes: 900, contentType: 'image/webp' },
  durationSeconds: 9.5,
  width: 1920,
  height: 1080,
  videoCodec: 'avc',
  audioCodec: null,
  placeholder: 'ours',
}

async function place() {
  const guildId = await newGuild()
  return { guildId, channelId: await newChannel(guildId) }
}

async function storedClip() {
  const { guildId, channelId } = await place()
  const clip = foundClip(guildId, channelId)
  await upsertClips([clip])
  return clip
}

describe('storing found clips', () => {
  it('keeps everything that was found and waits for the bytes', async () => {
    const { authorAvatarHash: _, ...clip } = await storedClip()
    expect(await findClip(clip.id)).toEqual({
      ...clip,
      state: 'pending',
      failureCode: null,
      failureMessage: null,
      objectSha256: null,
      posterSha256: null,
      videoCodec: null,
      audioCodec: null,
      goneAt: null,
      hiddenAt: null,
      hiddenReason: null,
      purgeAfter: null,
      visibility: 'public',
      givenTitle: null,
      originAuthorId: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    })
    expect(await findClip('404')).toBeNull()
  })

  it('tells which were new, in two statements however many', async () => {
    const { guildId, channelId } = await place()
    const known = foundClip(guildId, channelId)
    await upsertClips([known])
    const fresh = Array.from({ length: 500 }, () => foundClip(guildId, channelId))
    let added: string[] = []
    const statements = await statementsOf(async () => {
      added = await transaction((tx) => upsertClips([known, ...fresh, known], tx))
    })
    expect(statements.filter((text) => !/^(begin|commit)/.test(text))).toHaveLength(2)
    expect(added.toSorted()).toEqual(fresh.map(({ id }) => id).toSorted())
    expect(await upsertClips([])).toEqual([])
  })

  it('gives a clip seen again its fresh address and changes nothing else', async () => {
    const clip = await storedClip()
    await markClipReady(clip.id, video)
    const before = await findClip(clip.id)
    const seen = {
      ...clip,
      url: 'https://fresh',
      filename: 'other.mp4',
      messageId: '1',
      sizeBytes: 1,
      messageContent: 'x',
    }
    expect(await upsertClips([seen])).toEqual([])
    expect(await findClip(clip.id)).toEqual({ ...before, url: 'https://fresh', updatedAt: expect.any(Date) })
  })

  it('gives a clip of an edited message its new text, and what a person may have changed nowhere', async () => {
    const clip = await storedClip()
    await rows("update clips set title = 'Ours', hidden_at = now(), hidden_reason = 'removed' where id = $1", [clip.id])
    const before = await findClip(clip.id)
    const editedAt = new Date('2026-02-01T00:00:00Z')
    await upsertClips([{ ...clip, messageContent: 'edited', editedAt, title: 'Discord', description: 'alt' }])
    const after = { ...before, messageContent: 'edited', editedAt, updatedAt: expect.any(Date) }
    expect(await findClip(clip.id)).toEqual(after)
  })

  it('never brings back what was removed, nor a clip of a deleted message', async () => {
    const { guildId, channelId } = await place()
    const [removed, deleted, sibling] = [0, 1, 2].map(() => foundClip(guildId, channelId)) as [
      NewClip,
      NewClip,
      NewClip,
    ]
    const other = foundClip(guildId, channelId, { messageId: removed.messageId })
    await rows(
      "insert into clip_tombstones (clip_id, guild_id, channel_id, message_id, reason) values ($1, $2, $3, $4, 'removed')",
      [removed.id, guildId, channelId, removed.messageId],
    )
    await rows('insert into deleted_messages (message_id, channel_id) values ($1, $2)', [deleted.messageId, channelId])
    expect((await upsertClips([removed, deleted, sibling, other])).toSorted()).toEqual(
      [sibling.id, other.id].toSorted(),
    )
    expect([await findClip(removed.id), await findClip(deleted.id)]).toEqual([null, null])
  })

  it('sees a deletion that commits while it waits for its turn', async () => {
    const { guildId, channelId } = await place()
    const clip = foundClip(guildId, channelId)
    let storing: Promise<string[]> | undefined
    await transaction(async (tx) => {
      await lockClipsOfChannels([channelId], tx)
      storing = upsertClips([clip])
      await vi.waitFor(async () =>
        expect(await rows("select from pg_locks where locktype = 'advisory' and not granted")).not.toEqual([]),
      )
      await tx.execute(
        sql`insert into deleted_messages (message_id, channel_id) values (${clip.messageId}, ${channelId})`,
      )
    })
    expect(await storing).toEqual([])
    expect(await findClip(clip.id)).toBeNull()
  })

  it('lets the original message take over a clip first seen in a forward, and not the other way round', async () => {
    const [origin, target] = [await place(), await place()]
    const id = newId()
    const forward = foundClip(target.guildId, target.channelId, {
      id,
      source: 'forward',
      authorId: null,
      authorName: null,
    })
    const original = foundClip(origin.guildId, origin.channelId, { id, postedAt: new Date('2020-01-01T00:00:00Z') })
    await upsertClips([forward])
    expect(await upsertClips([original])).toEqual([])
    const expected = {
      ...origin,
      source: 'attachment',
      authorId: '7',
      messageId: original.messageId,
      postedAt: original.postedAt,
    }
    expect(await findClip(id)).toMatchObject(expected)
    await upsertClips([forward])
    expect(await findClip(id)).toMatchObject(expected)
  })

  it('counts each clip as new once when many store the same ones in different order', async () => {
    const { guildId, channelId } = await place()
    const found = Array.from({ length: 100 }, () => foundClip(guildId, channelId))
    const added = await atOnce(20, (index) => upsertClips(index % 2 === 0 ? found : found.toReversed()))
    expect(added.flat().toSorted()).toEqual(found.map(({ id }) => id).toSorted())
  })

  it('stores text that JSON in Postgres cannot hold', async () => {
    const { guildId, channelId } = await place()
    const clip = foundClip(guildId, channelId, { messageContent: 'a\0b\udfff', filename: '\ud83d.mp4' })
    await upsertClips([clip])
    expect(await findClip(clip.id)).toMatchObject({ messageContent: 'ab\ufffd', filename: '\ufffd.mp4' })
  })
})

describe('the states of a clip', () => {
  it('becomes ready with its object, its poster and what was learned', async () => {
    const clip = await storedClip()
    const { object, poster, ...facts } = video
    await markClipReady(clip.id, video)
    expect(await findClip(clip.id)).toMatchObject({
      state: 'ready',
      objectSha256: object.sha256,
      posterSha256: poster?.sha256,
      ...facts,
    })
    expect(await row('select * from objects where sha256 = $1', [object.sha256])).toMatchObject({
      size_bytes: '5000000000',
      content_type: 'video/mp4',
    })
  })

  it('keeps the placeholder of Discord when we have none, and needs no poster', async () => {
    const clip = await storedClip()
    await markClipReady(clip.id, { ...video, poster: null, placeholder: null })
    expect(await findClip(clip.id)).toMatchObject({ placeholder: clip.placeholder, posterSha256: null })
  })

  it('shares one object among clips with the same bytes, also when they are stored at once', async () => {
    const clips = await atOnce(10, () => storedClip())
    const sha256 = 'c'.repeat(64)
    await Promise.all(clips.map(({ id }) => markClipReady(id, { ...video, object: { ...video.object, sha256 } })))
    expect(await rows('select state from clips where object_sha256 = $1', [sha256])).toHaveLength(10)
    expect(await rows('select from objects where sha256 = $1', [sha256])).toHaveLength(1)
  })

  it('fails with a code and a sentence, and can still become ready', async () => {
    const clip = await storedClip()
    await markClipFailed(clip.id, 'truncated', 'The file ends too early.')
    expect(await findClip(clip.id)).toMatchObject({
      state: 'failed',
      failureCode: 'truncated',
      failureMessage: 'The file ends too early.',
    })
    await markClipReady(clip.id, video)
    expect(await findClip(clip.id)).toMatchObject({ state: 'ready', failureCode: null, failureMessage: null })
  })

  it('stays ready whatever fails afterwards', async () => {
    const clip = await storedClip()
    await markClipReady(clip.id, video)
    await markClipFailed(clip.id, 'gone', 'x')
    expect(await findClip(clip.id)).toMatchObject({ state: 'ready', failureCode: null })
  })

  it('is failed and out of sight with the reason when its bytes are not wanted', async () => {
    const clip = await storedClip()
    await markClipFiltered(clip.id, 'Too long.')
    expect(await findClip(clip.id)).toMatchObject({
      state: 'failed',
      failureCode: 'filtered',
      failureMessage: 'Too long.',
      hiddenReason: 'filtered',
      hiddenAt: expect.any(Date),
    })
    const ready = await storedClip()
    await markClipReady(ready.id, video)
    await markClipFiltered(ready.id, 'Too long.')
    expect(await findClip(ready.id)).toMatchObject({ state: 'ready', hiddenAt: null })
  })

  it('stores nothing for a clip that is gone meanwhile', async () => {
    const object = { ...video.object, sha256: 'd'.repeat(64) }
    expect(await markClipReady('404', { ...video, object })).toBe(false)
    expect(await rows('select from objects where sha256 = $1', [object.sha256])).toEqual([])
  })

  it('gets the size of its bytes when nobody said it before, and only then', async () => {
    const { guildId, channelId } = await place()
    const [unknown, known] = [foundClip(guildId, channelId, { sizeBytes: 0 }), foundClip(guildId, channelId)]
    await upsertClips([unknown, known])
    const object = { ...video.object, sizeBytes: 77 }
    await markClipReady(unknown.id, { ...video, object })
    await markClipReady(known.id, { ...video, object })
    expect((await findClip(unknown.id))?.sizeBytes).toBe(77)
    expect((await findClip(known.id))?.sizeBytes).toBe(known.sizeBytes)
  })

  it('lists those that wait for their bytes and have no job, oldest first, page by page, without those held back', async () => {
    const queue = await openQueue('producer', pino({ level: 'silent' }))
    const [first, ready, failed, second] = [
      await storedClip(),
      await storedClip(),
      await storedClip(),
      await storedClip(),
    ]
    await markClipReady(ready.id, video)
    await markClipFailed(failed.id, 'gone', 'x')
    const held = await Promise.all(
      ['daily_cap', 'filtered', 'removed', 'message_deleted'].map(async (reason) => {
        const { id } = await storedClip()
        await rows('update clips set hidden_at = now(), hidden_reason = $2 where id = $1', [id, reason])
        expect(isHeldBack((await findClip(id))!)).toBe(reason !== 'message_deleted')
        return reason === 'message_deleted' ? [] : [id]
      }),
    )
    const queued = await storedClip()
    await queue.enqueue('fetch-clip', [{ clipId: parseSnowflake(queued.id) }], database())
    await queue.stop(1_000)
    const waiting: string[] = []
    for (let page = await listClipsWithoutJob(3, null); page.length > 0;) {
      waiting.push(...page.map(({ id }) => id))
      page = await listClipsWithoutJob(3, page.at(-1)!)
    }
    expect(waiting.filter((id) => held.flat().includes(id))).toEqual([])
    const ours = new Set([first, ready, failed, second, queued].map(({ id }) => id))
    expect(waiting.filter((id) => ours.has(id))).toEqual([first.id, second.id])
  })

  it('keeps a fresh address', async () => {
    const clip = await storedClip()
    await updateClipUrl(clip.id, 'https://fresh')
    expect((await findClip(clip.id))?.url).toBe('https://fresh')
  })
})
