import { DEMO } from '@dcs/discord-twin'
import { isReceiptGenuine, parseSnowflake, signReceipt } from '@dcs/shared/core'
import {
  database,
  describeErasure,
  describePerson,
  findClip,
  findErasure,
  listErasedItems,
  listPersonClips,
  noteMessagesDeleted,
  optIn,
  optOut,
  transaction,
  updateMessageText,
  upsertClips,
  type Erasure,
} from '@dcs/shared/db'
import { describe, expect, it } from 'vitest'
import { useErasures } from './erasures.ts'

describe('erasing on request', { timeout: 60_000 }, () => {
  const { squad, lan } = DEMO.guilds
  const { at, person, clipOf, keep, ask, run, isThere } = useErasures()

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
      ...at.worker.context.store,
      delete: async (sha256: string) => {
        await at.store.delete(sha256)
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
    const whole = at.worker.context.store
    at.worker.context.store = slow
    await run(erasure, killed.signal).catch(() => {})
    at.worker.context.store = whole
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
          async () => (await at.place.query(`select from pg_locks where locktype = 'advisory' and not granted`)).length,
        )
        .toBe(1)
    })
    const { erasure } = await answer!
    expect(erasure.found).toMatchObject({ clips: 1 })
    expect(await findClip(clip.id)).toMatchObject({ hiddenReason: 'author' })
  })

  it('leaves nothing in sight however many pages are being stored at that moment, and disturbs none of them', async () => {
    const [author, other] = [person(), person()]
    const channels = at.place.twin.world
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
    expect(await at.place.query('select from clips where author_id = $1 and hidden_at is null', [author])).toEqual([])
    expect(
      await at.place.query('select from clips where author_id = $1 and id <> all($2)', [
        author,
        (await listErasedItems(erasure.id)).clips,
      ]),
    ).toEqual([])
    for (const id of others) expect(await findClip(id)).not.toBeNull()
    await run(erasure)
    expect(await at.place.query('select from clips where author_id = $1', [author])).toEqual([])
  })

  it('is one request when two are made at once', async () => {
    const author = person()
    await upsertClips([clipOf(author), clipOf(author)])
    const answers = await Promise.all([ask(author), ask(author), ask(author, { withAccount: true })])
    expect(new Set(answers.map(({ erasure }) => erasure.id)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect((await findErasure(answers[0].erasure.id))?.withAccount).toBe(true)
    const jobs = await at.place.query(`select from pgboss.job where name = 'erase' and data->>'erasureId' = $1`, [
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
      expect(await at.place.query(`select from ${table} = $1`, [author])).toEqual([])
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

  it('keeps no bytes of who opts out, or is blocked, while they are fetched', async () => {
    for (const how of ['opted out', 'blocked']) {
      const author = person()
      const clip = clipOf(author)
      await upsertClips([clip])
      if (how === 'opted out') await optOut(author, 'discord')
      else await at.place.query('insert into author_blocks (guild_id, user_id) values ($1, $2)', [squad, author])
      const { video } = await keep(clip)
      expect(await findClip(clip.id)).toMatchObject({ state: 'pending', objectSha256: null })
      expect(await at.place.query('select from objects where sha256 = $1', [video])).toEqual([])
      await at.worker.run('fetch-clip', { clipId: parseSnowflake(clip.id) })
      expect(await findClip(clip.id)).toMatchObject({ state: 'pending', failureCode: null })
    }
  })

  it('finds a clip that moved to a forward as its author’s own, without its text', async () => {
    const author = person()
    const clip = clipOf(author, { messageContent: 'words of the author' })
    const { video } = await keep(clip)
    const messageId = person()
    const elsewhere = at.place.twin.world.channelsOf(squad).findLast(({ type }) => type === 0)!.id
    const forward = {
      ...clip,
      source: 'forward' as const,
      channelId: elsewhere,
      messageId,
      authorId: null,
    }
    await upsertClips([{ ...forward, messageContent: '' }])
    const gone = { guildId: squad, channelId: clip.channelId, messageIds: [clip.messageId] }
    const { moved } = await noteMessagesDeleted({ ...gone, policy: 'hide', graceDays: 30 })
    expect(moved).toEqual([clip.id])
    expect(await findClip(clip.id)).toMatchObject({ authorId: null, originAuthorId: author, messageContent: '' })
    expect(await describePerson(author)).toMatchObject({ clips: { total: 1 } })
    expect(await listPersonClips(author, { after: null, limit: 10 })).toMatchObject([{ id: clip.id }])
    const { erasure } = await ask(author)
    expect(erasure.found).toMatchObject({ clips: 1 })
    expect(await findClip(clip.id)).toMatchObject({ hiddenReason: 'author' })
    await run(erasure)
    expect(await findClip(clip.id)).toBeNull()
    expect(await isThere(video)).toBe(false)
  })

  it('takes in no forward of a message it erased, also when the forward has a video of its own name', async () => {
    const author = person()
    const clip = clipOf(author)
    await upsertClips([clip])
    const { erasure } = await ask(author)
    await run(erasure)
    const forward = clipOf(null, { source: 'forward', forwardedMessageId: clip.messageId })
    const other = clipOf(null, { source: 'forward', forwardedMessageId: person() })
    expect(await upsertClips([forward, other])).toEqual([other.id])
  })

  it('takes the account too when that is asked for while the rest is being erased', async () => {
    const author = person()
    const kept = await keep(clipOf(author))
    await database().$client.query(`insert into users (discord_user_id, username) values ($1, 'somebody')`, [author])
    const { erasure } = await ask(author)
    const whole = at.worker.context.store
    // The account would have been taken before the files are.
    const remove = async (sha256: string) => {
      await whole.delete(sha256)
      if (sha256 === kept.video) expect(await ask(author, { withAccount: true })).toMatchObject({ widened: true })
    }
    at.worker.context.store = { ...whole, delete: remove }
    await run(erasure).finally(() => (at.worker.context.store = whole))
    expect(await findErasure(erasure.id)).toMatchObject({ withAccount: true, erasedAt: expect.any(Date) })
    expect(await at.place.query('select from users where discord_user_id = $1', [author])).toEqual([])
    expect(await at.place.query(`select from audit_log where actor_id = $1`, [author])).toHaveLength(2)
    expect(await ask(author, { withAccount: true })).toMatchObject({ created: true, widened: false })
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
})
