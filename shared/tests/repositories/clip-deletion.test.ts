import { describe, expect, it, vi } from 'vitest'
import {
  findClip,
  listClipsToPurge,
  lockClipsOfChannels,
  noteAttachmentsRemoved,
  noteMessagesDeleted,
  removeClip,
  restoreClips,
  transaction,
  upsertClips,
  type DeletionPolicy,
} from '../../src/db/index.ts'
import { foundClip } from './clip-fixtures.ts'
import { atOnce, newChannel, newGuild, newId, rows, useDatabase } from './fixtures.ts'

useDatabase()

const keep: DeletionPolicy = { policy: 'keep', graceDays: 30 }
const hide: DeletionPolicy = { policy: 'hide', graceDays: 30 }
const purge: DeletionPolicy = { policy: 'purge', graceDays: 30 }

async function place() {
  const guildId = await newGuild()
  return { guildId, channelId: await newChannel(guildId) }
}

async function clipsOfOneMessage(count: number) {
  const at = await place()
  const messageId = newId()
  const clips = Array.from({ length: count }, () => foundClip(at.guildId, at.channelId, { messageId }))
  await upsertClips(clips)
  return { ...at, messageId, clips, ids: clips.map(({ id }) => id).toSorted() }
}

describe('a deleted message', () => {
  it('leaves its clips in sight when the guild keeps them', async () => {
    const { messageId, ids, ...at } = await clipsOfOneMessage(2)
    expect((await noteMessagesDeleted({ ...at, messageIds: [messageId], ...keep })).kept.toSorted()).toEqual(ids)
    for (const id of ids)
      expect(await findClip(id)).toMatchObject({ goneAt: expect.any(Date), hiddenAt: null, purgeAfter: null })
  })

  it('takes its clips out of sight until the grace is over, and they are purged after it', async () => {
    const { messageId, ids, ...at } = await clipsOfOneMessage(2)
    await noteMessagesDeleted({ ...at, messageIds: [messageId], ...hide })
    for (const id of ids) {
      const clip = (await findClip(id))!
      expect(clip).toMatchObject({ hiddenReason: 'message_deleted', hiddenAt: expect.any(Date) })
      expect(clip.purgeAfter!.getTime() - clip.hiddenAt!.getTime()).toBe(30 * 86_400_000)
    }
    const due = async () => (await listClipsToPurge(1_000)).map(({ id }) => id).filter((id) => ids.includes(id))
    expect(await due()).toEqual([])
    await rows(`update clips set purge_after = now() - interval '1 second' where id = $1`, [ids[0]])
    expect(await due()).toEqual([ids[0]])
  })

  it('takes its clips along when the guild purges, and no page read before brings them back', async () => {
    const { messageId, ids, clips, ...at } = await clipsOfOneMessage(2)
    expect((await noteMessagesDeleted({ ...at, messageIds: [messageId], ...purge })).erased).toEqual(ids)
    expect(await upsertClips(clips)).toEqual([])
    expect(await upsertClips(clips.map((clip) => ({ ...clip, messageId: newId() })))).toEqual([])
    expect(await findClip(ids[0]!)).toBeNull()
  })

  it.each([keep, hide, purge])('whose clips come later is not stored ($policy)', async (policy) => {
    const at = await place()
    const clip = foundClip(at.guildId, at.channelId, { messageId: newId() })
    await noteMessagesDeleted({ ...at, messageIds: [clip.messageId], ...policy })
    expect(await upsertClips([clip])).toEqual([])
  })

  it('does not touch clips of other messages, and counts once however often it is told', async () => {
    const one = await clipsOfOneMessage(1)
    const other = foundClip(one.guildId, one.channelId)
    await upsertClips([other])
    const tell = () => noteMessagesDeleted({ ...one, messageIds: [one.messageId], ...hide })
    await atOnce(20, tell)
    expect(await findClip(other.id)).toMatchObject({ goneAt: null, hiddenAt: null })
    const first = await findClip(one.ids[0]!)
    await tell()
    expect(await findClip(one.ids[0]!)).toMatchObject({ hiddenAt: first!.hiddenAt, purgeAfter: first!.purgeAfter })
  })

  it.each([keep, hide, purge])(
    'that was forwarded leaves its clip where it was forwarded to ($policy)',
    async (policy) => {
      const { messageId, clips, ids, ...at } = await clipsOfOneMessage(1)
      const target = await place()
      const forward = foundClip(target.guildId, target.channelId, {
        id: ids[0]!,
        source: 'forward',
        messageId: newId(),
      })
      await upsertClips([forward])
      expect((await noteMessagesDeleted({ ...at, messageIds: [messageId], ...policy })).moved).toEqual(ids)
      expect(await findClip(ids[0]!)).toMatchObject({
        channelId: target.channelId,
        messageId: forward.messageId,
        source: 'forward',
        forwardedMessageId: clips[0]!.messageId,
        hiddenAt: null,
        goneAt: null,
      })
      await noteMessagesDeleted({ ...target, messageIds: [forward.messageId], ...hide })
      expect(await findClip(ids[0]!)).toMatchObject({ hiddenReason: 'message_deleted' })
    },
  )

  it('is no place for a clip that was read there before, also when the original was read with it', async () => {
    const [from, to, id] = [await place(), await place(), newId()]
    const original = foundClip(from.guildId, from.channelId, { id })
    const forward = foundClip(to.guildId, to.channelId, { id, source: 'forward' })
    let storing: Promise<unknown> | undefined
    await transaction(async (tx) => {
      await lockClipsOfChannels([to.channelId], tx)
      storing = upsertClips([original, forward])
      storing.catch(() => {})
      await vi.waitFor(async () =>
        expect(
          await rows("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
        ).toHaveLength(1),
      )
      await noteMessagesDeleted({ ...to, messageIds: [forward.messageId], ...hide }, tx)
    })
    await storing
    expect(await rows('select from clip_forwards where clip_id = $1', [id])).toEqual([])
    expect(await findClip(id)).toMatchObject({ channelId: from.channelId, goneAt: null })
  })

  it.each(['opted out', 'is blocked'])('does not make its clip nobody’s when the author %s', async (how) => {
    const { messageId, ids, ...at } = await clipsOfOneMessage(1)
    const authorId = (await findClip(ids[0]!))!.authorId!
    const target = await place()
    const forward = (id: string) =>
      foundClip(target.guildId, target.channelId, { id: ids[0]!, source: 'forward', messageId: id, authorId: null })
    await upsertClips([forward('77')])
    if (how === 'opted out') await rows('insert into author_opt_outs (user_id) values ($1)', [authorId])
    else await rows('insert into author_blocks (guild_id, user_id) values ($1, $2)', [target.guildId, authorId])
    expect(await noteMessagesDeleted({ ...at, messageIds: [messageId], ...hide })).toMatchObject({
      moved: [],
      hidden: ids,
    })
    await upsertClips([forward('78')])
    expect(await findClip(ids[0]!)).toMatchObject({
      authorId,
      channelId: at.channelId,
      hiddenReason: 'message_deleted',
    })
    await rows('delete from author_opt_outs where user_id = $1', [authorId])
  })

  it('gives its hidden clip to a forward that is found later', async () => {
    const { messageId, ids, ...at } = await clipsOfOneMessage(1)
    await noteMessagesDeleted({ ...at, messageIds: [messageId], ...hide })
    const target = await place()
    await upsertClips([
      foundClip(target.guildId, target.channelId, { id: ids[0]!, source: 'forward', messageId: '77' }),
    ])
    expect(await findClip(ids[0]!)).toMatchObject({ channelId: target.channelId, hiddenAt: null, goneAt: null })
  })
})

describe('a removed attachment', () => {
  it('goes by itself; its siblings stay', async () => {
    const { messageId, ids, ...at } = await clipsOfOneMessage(3)
    const [gone, ...keptIds] = ids
    expect((await noteAttachmentsRemoved({ ...at, messageId, keptIds, ...hide })).hidden).toEqual([gone])
    expect(await findClip(gone!)).toMatchObject({ hiddenReason: 'attachment_removed' })
    for (const id of keptIds) expect(await findClip(id)).toMatchObject({ hiddenAt: null, goneAt: null })
  })
})

describe('a clip that was thought gone', () => {
  it('is in sight again, and can be stored again, when its message is there', async () => {
    const { messageId, ids, clips, ...at } = await clipsOfOneMessage(1)
    await noteMessagesDeleted({ ...at, messageIds: [messageId], ...hide })
    expect(await restoreClips(ids)).toEqual(ids)
    expect(await findClip(ids[0]!)).toMatchObject({
      hiddenAt: null,
      hiddenReason: null,
      goneAt: null,
      purgeAfter: null,
    })
    await upsertClips([{ ...clips[0]!, url: 'https://fresh' }])
    expect((await findClip(ids[0]!))!.url).toBe('https://fresh')
  })
})

describe('a clip that a person removes', () => {
  it('is gone for good, alone', async () => {
    const { clips, ids } = await clipsOfOneMessage(2)
    expect(await removeClip(ids[0]!, '42')).toEqual({ hashes: [] })
    expect(await removeClip(ids[0]!, '42')).toBeNull()
    expect(await upsertClips(clips)).toEqual([])
    expect(await findClip(ids[0]!)).toBeNull()
    expect(await findClip(ids[1]!)).toMatchObject({ hiddenAt: null })
    expect(await rows('select reason, removed_by from clip_tombstones where clip_id = $1', [ids[0]])).toEqual([
      { reason: 'removed', removed_by: '42' },
    ])
  })
})
