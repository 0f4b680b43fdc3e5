import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { DEMO } from '@dcs/discord-twin'
import { createLogger, isReceiptGenuine, parsePastErasure, signReceipt } from '@dcs/shared/core'
import {
  database,
  describeErasure,
  describePerson,
  findClip,
  findErasure,
  findOpenErasure,
  listErasedItems,
  listPersonClips,
  markClipReady,
  optIn,
  optOut,
  syncGuilds,
  transaction,
  updateMessageText,
  upsertClips,
  type Erasure,
  type NewClip,
} from '@dcs/shared/db'
import {
  eraseLeftGuilds,
  openQueue,
  repeatErasure,
  requestErasure,
  withdrawErasure,
  type Queue,
} from '@dcs/shared/jobs'
import { openDiskStore, type BlobStore } from '@dcs/shared/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foundClip } from '../../shared/tests/repositories/clip-fixtures.ts'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

describe('erasing on request', { timeout: 60_000 }, () => {
  const { squad, lan } = DEMO.guilds
  let place: Place
  let worker: Awaited<ReturnType<typeof openContext>>
  let queue: Queue
  let store: BlobStore
  let next = 0

  beforeAll(async () => {
    place = await openPlace()
    worker = await openContext(place)
    queue = await openQueue('producer', createLogger('worker', 'silent'))
    store = await openDiskStore(place.storagePath)
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await queue?.stop(1_000)
    await worker?.close()
    await place?.close()
  })

  const person = () => String(910_000_000_000_000_000n + BigInt((next += 1)))
  const channelOf = (guildId: string) =>
    place.twin.world.channelsOf(guildId).find(({ name, type }) => type === 0 && name !== '')!.id
  const clipOf = (authorId: string | null, more: Partial<NewClip> = {}): NewClip => {
    const guildId = more.guildId ?? squad
    return foundClip(guildId, more.channelId ?? channelOf(guildId), {
      authorId,
      authorName: `name of ${authorId}`,
      ...more,
    })
  }
  const put = async (bytes: string): Promise<string> => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const folder = await store.makeWorkFolder()
    await fs.writeFile(path.join(folder, 'file'), bytes)
    await store.putFile(sha256, path.join(folder, 'file'))
    return sha256
  }
  /** Stores a clip with its files; returns their hashes. */
  const keep = async (clip: NewClip, bytes = `video ${clip.id}`) => {
    await upsertClips([clip])
    const [video, poster] = [await put(bytes), await put(`poster ${clip.id}`)]
    await markClipReady(clip.id, {
      object: { sha256: video, sizeBytes: bytes.length, contentType: 'video/mp4' },
      poster: { sha256: poster, sizeBytes: 7, contentType: 'image/webp' },
      durationSeconds: 1,
      width: 1,
      height: 1,
      videoCodec: 'avc',
      audioCodec: null,
      placeholder: null,
    })
    return { id: clip.id, video, poster }
  }
  const ask = (subjectId: string, more: Partial<Parameters<typeof requestErasure>[1]> = {}) =>
    requestErasure(queue, { subject: 'author', subjectId, requestedBy: subjectId, via: 'web', ...more })
  const run = ({ id }: Erasure, signal?: AbortSignal) =>
    worker.run('erase', { erasureId: id }, signal ? { signal } : {})
  const isThere = async (sha256: string) => (await store.size(sha256)) !== null

  it('hides everything at once, then erases rows, files and posters, and leaves those of others', async () => {
    const [author, other] = [person(), person()]
    const mine = await keep(clipOf(author))
    const shared = await keep(clipOf(author), 'the same bytes')
    const forward = await keep(
      clipOf(null, { source: 'forward', forwardedMessageId: (await findClip(mine.id))!.messageId }),
    )
    const theirs = await keep(clipOf(other), 'the same bytes')
    const { erasure, created } = await ask(author)
    expect(created).toBe(true)
    expect(erasure.unreachableAt).not.toBeNull()
    expect(erasure.found).toMatchObject({ clips: 3, posters: 3, texts: 3 })
    expect(await findClip(mine.id)).toMatchObject({ hiddenReason: 'author' })
    expect((await findClip(theirs.id))?.hiddenAt).toBeNull()
    await run(erasure)
    for (const { id, poster } of [mine, shared, forward]) {
      expect(await findClip(id)).toBeNull()
      expect(await isThere(poster)).toBe(false)
    }
    expect(await isThere(mine.video)).toBe(false)
    expect(await isThere(theirs.video)).toBe(true)
    const done = await findErasure(erasure.id)
    expect(done).toMatchObject({ clipsLeft: 0, erased: { clips: 3, files: 5, filesSharedWithOthers: 1 } })
    expect(done?.erasedAt).not.toBeNull()
    const items = await listErasedItems(erasure.id)
    expect(items.clips.toSorted()).toEqual([mine.id, shared.id, forward.id].toSorted())
    expect(items.objects).toHaveLength(5)
  })

  it('goes on where it was when it was killed half-way, and then nothing is left', async () => {
    const author = person()
    const kept: Awaited<ReturnType<typeof keep>>[] = []
    for (let index = 0; index < 12; index += 1) kept.push(await keep(clipOf(author)))
    const { erasure } = await ask(author)
    const killed = new AbortController()
    const slow = {
      ...worker.context.store,
      delete: async (sha256: string) => {
        await store.delete(sha256)
        if (
          (
            await database().$client.query(`select from erased_items where kind = 'object' and erasure_id = $1`, [
              erasure.id,
            ])
          ).rowCount === 4
        )
          killed.abort(new Error('killed'))
      },
    }
    const whole = worker.context.store
    worker.context.store = slow
    await run(erasure, killed.signal).catch(() => {})
    worker.context.store = whole
    expect((await findErasure(erasure.id))?.erasedAt).toBeNull()
    const left = async () =>
      (await Promise.all(kept.flatMap(({ video, poster }) => [isThere(video), isThere(poster)]))).filter(Boolean).length
    expect(await left()).toBeGreaterThan(0)
    await run(erasure)
    expect(await left()).toBe(0)
    expect(await findErasure(erasure.id)).toMatchObject({ erased: { clips: 12, files: 24 }, clipsLeft: 0 })
  })

  it('stores nothing of who asked, on no way, until they allow it again', async () => {
    const author = person()
    const known = clipOf(author)
    await upsertClips([known])
    const { erasure } = await ask(author)
    const fresh = clipOf(author)
    // Live, scans, searches and re-checks all store through this; a forward of a clip that was erased has its id.
    expect(await upsertClips([fresh, clipOf(author, { guildId: lan })])).toEqual([])
    expect(await upsertClips([known, { ...known, source: 'forward', authorId: null, messageId: '1' }])).toEqual([])
    await run(erasure)
    expect(await upsertClips([known, fresh])).toEqual([])
    expect(await optIn(author, 'web')).toBe(true)
    expect(await upsertClips([known, fresh])).toEqual([fresh.id])
  })

  it('is not passed by a page that was read before and is being stored', async () => {
    const author = person()
    const clip = clipOf(author)
    let answer: Promise<{ erasure: Erasure }> | undefined
    await transaction(async (tx) => {
      await upsertClips([clip], tx)
      answer = ask(author)
      // The request waits for the page: it is not answered while the page may still commit.
      await expect
        .poll(
          async () => (await place.query(`select from pg_locks where locktype = 'advisory' and not granted`)).length,
        )
        .toBe(1)
    })
    const { erasure } = await answer!
    expect(erasure.found).toMatchObject({ clips: 1 })
    expect(await findClip(clip.id)).toMatchObject({ hiddenReason: 'author' })
  })

  it('leaves nothing in sight however many pages are being stored at that moment, and disturbs none of them', async () => {
    const [author, other] = [person(), person()]
    const channels = place.twin.world
      .channelsOf(squad)
      .filter(({ type }) => type === 0)
      .map(({ id }) => id)
    const page = () => channels.flatMap((channelId) => [clipOf(author, { channelId }), clipOf(other, { channelId })])
    const over = new AbortController()
    const others: string[] = []
    const storing = Array.from({ length: 6 }, async (_, index) => {
      while (!over.signal.aborted) {
        const clips = index % 2 === 0 ? page() : page().toReversed()
        others.push(...clips.filter(({ authorId }) => authorId === other).map(({ id }) => id))
        await upsertClips(clips)
      }
    })
    await expect.poll(() => others.length).toBeGreaterThan(100)
    const { erasure } = await ask(author)
    over.abort()
    await Promise.all(storing)
    expect(await place.query('select from clips where author_id = $1 and hidden_at is null', [author])).toEqual([])
    expect(
      await place.query('select from clips where author_id = $1 and id <> all($2)', [
        author,
        (await listErasedItems(erasure.id)).clips,
      ]),
    ).toEqual([])
    for (const id of others) expect(await findClip(id)).not.toBeNull()
    await run(erasure)
    expect(await place.query('select from clips where author_id = $1', [author])).toEqual([])
  })

  it('is one request when two are made at once', async () => {
    const author = person()
    await upsertClips([clipOf(author), clipOf(author)])
    const answers = await Promise.all([ask(author), ask(author), ask(author, { withAccount: true })])
    expect(new Set(answers.map(({ erasure }) => erasure.id)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect((await findErasure(answers[0].erasure.id))?.withAccount).toBe(true)
    const jobs = await place.query(`select from pgboss.job where name = 'erase' and data->>'erasureId' = $1`, [
      answers[0].erasure.id,
    ])
    expect(jobs).toHaveLength(1)
  })

  it('takes the person out of clips of others, and with everything also out of the account tables', async () => {
    const [author, other] = [person(), person()]
    const named = clipOf(other, {
      messageContent: `with <@${author}> and <@!${author}>`,
      participants: [
        { id: author, name: 'somebody', avatar: null },
        { id: other, name: 'other', avatar: null },
      ],
    })
    await upsertClips([named])
    await database().$client.query(`insert into users (discord_user_id, username) values ($1, 'somebody')`, [author])
    await database().$client.query(
      `insert into auth."user" (id, name, email, discord_user_id) values ($1, 'somebody', $1, $1)`,
      [author],
    )
    await database().$client.query(
      `insert into auth.session (id, token, user_id, expires_at) values ($1, $1, $1, now() + interval '1 day')`,
      [author],
    )
    await database().$client.query(`insert into guild_members (guild_id, user_id, is_member) values ($2, $1, true)`, [
      author,
      squad,
    ])
    const { erasure } = await ask(author, { withAccount: true })
    await run(erasure)
    expect(await findClip(named.id)).toMatchObject({
      messageContent: 'with @erased and @erased',
      participants: [{ id: other, name: 'other', avatar: null }],
    })
    for (const table of [
      'users where discord_user_id',
      'auth."user" where id',
      'auth.session where user_id',
      'guild_members where user_id',
    ])
      expect(await place.query(`select from ${table} = $1`, [author])).toEqual([])
    expect(await findErasure(erasure.id)).toMatchObject({
      erased: { sessions: 1, accounts: 1, memberships: 1, mentions: 1 },
    })
    await upsertClips([named])
    await updateMessageText(named.messageId, `edited <@${author}> <@${other}>`, null)
    expect((await findClip(named.id))?.messageContent).toBe(`edited @erased <@${other}>`)
    const again = clipOf(other, {
      messageContent: `<@${author}>`,
      participants: [{ id: author, name: 'somebody', avatar: null }],
    })
    await upsertClips([again])
    expect(await findClip(again.id)).toMatchObject({ participants: [], messageContent: '@erased' })
  })

  it('does not take in edits of who opted out', async () => {
    const author = person()
    const clip = clipOf(author)
    await upsertClips([clip])
    await optOut(author, 'discord')
    await updateMessageText(clip.messageId, 'edited', null)
    expect((await findClip(clip.id))?.messageContent).toBe('look')
  })

  it('of a guild waits for its grace, can be taken back until it begins, and then forgets the guild', async () => {
    const author = person()
    const clip = await keep(clipOf(author, { guildId: lan }))
    const request = { subject: 'guild' as const, graceDays: 7, leavesGuild: true }
    const first = await ask(lan, request)
    expect(first.erasure.startedAt).toBeNull()
    await withdrawErasure(first.erasure.id, { actorId: author, via: 'web' })
    await run(first.erasure)
    expect((await findClip(clip.id))?.hiddenAt).toBeNull()
    const { erasure } = await ask(lan, { ...request, graceDays: 0 })
    expect(erasure.startedAt).not.toBeNull()
    await expect(withdrawErasure(erasure.id, { actorId: author, via: 'web' })).rejects.toThrow('has begun')
    expect(await upsertClips([clipOf(author, { guildId: lan })])).toEqual([])
    await run(erasure)
    expect(await isThere(clip.video)).toBe(false)
    expect(await place.query('select from bot_guilds where guild_id = $1', [lan])).toEqual([])
    expect(
      await place.query('select from clip_tombstones where guild_id = $1 and reason = $2', [lan, 'erased']),
    ).toEqual([])
    const mine = await fetch(`${place.twin.apiUrl}/v10/users/@me/guilds`, {
      headers: { authorization: `Bot ${place.twin.botToken}` },
    })
    expect(((await mine.json()) as { id: string }[]).map(({ id }) => id)).not.toContain(lan)
  })

  it('of a guild that the bot was removed from is asked for when its setting says so, and not before', async () => {
    const guildId = person()
    await syncGuilds([{ id: guildId, name: 'left', roles: [], channels: [] }])
    await database().$client.query(`update bot_guilds set left_at = now() - interval '3 days' where guild_id = $1`, [
      guildId,
    ])
    const instance = (days: number) => ({ guild_settings_defaults: { erase_when_removed_days: days } })
    expect(await eraseLeftGuilds(queue, instance(0))).toEqual([])
    expect(await eraseLeftGuilds(queue, instance(4))).toEqual([])
    expect(await eraseLeftGuilds(queue, instance(3))).toContain(guildId)
    await run((await findOpenErasure('guild', guildId))!)
    expect(await place.query('select from bot_guilds where guild_id = $1', [guildId])).toEqual([])
  })

  it('is repeated in a database that was restored from an older backup, for what it listed and nothing newer', async () => {
    const author = person()
    const old = clipOf(author)
    const kept = await keep(old)
    const { erasure } = await ask(author)
    await run(erasure)
    const past = { ...(await describeErasure((await findErasure(erasure.id))!)), optedOut: true }
    const parsed = parsePastErasure(JSON.stringify(past))!
    expect(parsed.clips).toEqual([old.id])
    await restore(author, erasure.id)
    await keep(old)
    await database().$client.query(`update clips set created_at = $2 where id = $1`, [
      old.id,
      new Date(erasure.requestedAt.getTime() - 1_000),
    ])
    const newer = clipOf(author)
    await upsertClips([newer])
    expect(await repeatErasure(queue, parsed)).toBe(true)
    expect(await findClip(old.id)).toMatchObject({ hiddenReason: 'author' })
    await run(erasure)
    expect(await findClip(old.id)).toBeNull()
    expect(await isThere(kept.video)).toBe(false)
    expect(await findClip(newer.id)).toMatchObject({ hiddenAt: null })
    expect(await upsertClips([clipOf(author)])).toEqual([])
    expect(await repeatErasure(queue, parsed)).toBe(false)
  })

  it('gives a receipt that verifies, and not any more when a word of it is changed', async () => {
    const author = person()
    await keep(clipOf(author))
    const { erasure } = await ask(author)
    await run(erasure)
    const signed = signReceipt(await describeErasure((await findErasure(erasure.id))!), 'a secret')
    expect(signed.receipt).toMatchObject({ subjectId: author, found: { clips: 1 }, erased: { clips: 1, files: 2 } })
    expect(signed.receipt.files).toHaveLength(2)
    const text = JSON.stringify(signed, null, 2)
    expect(isReceiptGenuine(text, 'a secret')).toBe(true)
    expect(isReceiptGenuine(text, 'another')).toBe(false)
    expect(isReceiptGenuine(text.replace(signed.receipt.clips[0] ?? '', '1'), 'a secret')).toBe(false)
    expect(isReceiptGenuine('no receipt', 'a secret')).toBe(false)
  })

  it('shows a person beforehand what is kept of them, and nothing of others', async () => {
    const [author, other] = [person(), person()]
    await keep(clipOf(author))
    await keep(clipOf(author, { guildId: squad, messageContent: '' }))
    await upsertClips([clipOf(other, { messageContent: `<@${author}>` })])
    expect(await describePerson(author)).toMatchObject({
      optedOutSince: null,
      clips: {
        total: 2,
        videos: 2,
        posters: 2,
        texts: 1,
        names: [`name of ${author}`],
        byGuild: [{ guildId: squad, clips: 2, channels: 1 }],
      },
      namedIn: 1,
      account: null,
    })
    expect(await describePerson(person())).toMatchObject({
      clips: { total: 0, bytes: 0, names: [], byGuild: [] },
      namedIn: 0,
    })
    const listed = await listPersonClips(author, { after: null, limit: 10 })
    expect(listed).toHaveLength(2)
    expect(listed[0]).toMatchObject({ author_id: author, video_bytes: expect.any(Number), tags: [] })
  })

  const restore = async (author: string, erasureId: string) => {
    await database().$client.query('delete from author_opt_outs where user_id = $1', [author])
    await database().$client.query(
      'delete from clip_tombstones where clip_id in (select id from erased_items where erasure_id = $1)',
      [erasureId],
    )
    await database().$client.query('delete from erased_items where erasure_id = $1', [erasureId])
    await database().$client.query('delete from erasures where id = $1', [erasureId])
  }
})
