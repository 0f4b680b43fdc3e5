import { OverwriteType } from 'discord-api-types/v10'
import { DEMO } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import {
  attachScanRuns,
  findClip,
  findScanRun,
  lockClipsOfChannels,
  requestScans,
  setGuildSettings,
  sql,
  transaction,
  withObjectLocks,
} from '@dcs/shared/db'
import { Permission } from '@dcs/shared/domain'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

const twice = <T>(value: T): T[] => [value, value]

describe('looking at stored clips again', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const authorId = DEMO.people.mara
  let place: Place
  let world: Place['twin']['world']
  let worker: Awaited<ReturnType<typeof openContext>>

  beforeAll(async () => {
    place = await openPlace()
    world = place.twin.world
    worker = await openContext(place)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })
  afterEach(() => setGuildSettings(guildId, {}))

  const scan = async (channelId: string, mode: 'complete' | 'recheck') => {
    const [run] = await transaction(async (tx) =>
      attachScanRuns(randomUUID(), mode, await requestScans([channelId], null, tx), tx),
    )
    const payload = { guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId), turn: 0 }
    await worker.run('scan-channel', { runId: run!.runId, ...payload })
    return (await findScanRun(run!.runId))!
  }
  /** A channel with this many messages of two clips each, all of them stored. */
  const storedChannel = async (count: number) => {
    const { id: channelId } = world.createChannel({ guildId, name: 'again' })
    await syncWorld(place.twin)
    const messages = Array.from({ length: count }, () =>
      world.postMessage({ channelId, authorId, content: 'gg', files: [{ key: 'one-second' }, { key: 'scene-1' }] }),
    )
    await scan(channelId, 'complete')
    return { channelId, messages, idsOf: (index: number) => messages[index]!.attachments.map(({ id }) => id) }
  }
  const clips = (ids: readonly string[]) => Promise.all(ids.map((id) => findClip(id)))

  it('finds what was deleted, taken out and edited while nobody looked, and leaves the rest alone', async () => {
    const { channelId, messages, idsOf } = await storedChannel(4)
    world.deleteMessage(channelId, messages[0]!.id)
    world.updateMessage(channelId, messages[1]!.id, { attachments: [messages[1]!.attachments[1]!] })
    world.updateMessage(channelId, messages[2]!.id, { content: 'well played', editedAt: new Date() })
    expect(await scan(channelId, 'recheck')).toMatchObject({ status: 'succeeded', mode: 'recheck' })
    expect(await clips(idsOf(0))).toMatchObject(twice({ hiddenReason: 'message_deleted' }))
    expect(await clips(idsOf(1))).toMatchObject([
      { hiddenReason: 'attachment_removed' },
      { hiddenAt: null, goneAt: null },
    ])
    expect(await clips(idsOf(2))).toMatchObject(twice({ messageContent: 'well played', hiddenAt: null }))
    expect(await clips(idsOf(3))).toMatchObject(twice({ messageContent: 'gg', hiddenAt: null, goneAt: null }))
  })

  it.each(['keep', 'purge'] as const)('follows the policy %s', async (policy) => {
    const { channelId, messages, idsOf } = await storedChannel(2)
    await setGuildSettings(guildId, { deletion_policy: policy })
    world.deleteMessage(channelId, messages[0]!.id)
    await scan(channelId, 'recheck')
    const gone = policy === 'keep' ? { goneAt: expect.any(Date), hiddenAt: null } : null
    expect(await clips(idsOf(0))).toEqual(twice(gone && expect.objectContaining(gone)))
    expect(await clips(idsOf(1))).toMatchObject(twice({ goneAt: null }))
    await scan(channelId, 'complete')
    expect(await clips(idsOf(0))).toEqual(twice(gone && expect.objectContaining(gone)))
  })

  it.each([1, 4])('takes nothing for deleted because of %i empty lists, although it may read now', async (times) => {
    const { channelId, idsOf } = await storedChannel(2)
    await setGuildSettings(guildId, { deletion_policy: 'purge' })
    const fault = place.twin.faults.add({ kind: 'missing-read-history', channel: channelId, times })
    expect(await scan(channelId, 'recheck')).toMatchObject({ status: 'succeeded' })
    await fault.struck(times)
    for (const index of [0, 1]) expect(await clips(idsOf(index))).toMatchObject(twice({ goneAt: null }))
  })

  it('finds that everything in a channel was deleted', async () => {
    const { channelId, messages, idsOf } = await storedChannel(2)
    await setGuildSettings(guildId, { deletion_policy: 'purge' })
    for (const { id } of messages) world.deleteMessage(channelId, id)
    expect(await scan(channelId, 'recheck')).toMatchObject({ status: 'succeeded' })
    for (const index of [0, 1]) expect(await clips(idsOf(index))).toEqual([null, null])
  })

  it.each([
    ['Read Message History', Permission.ReadMessageHistory],
    ['View Channel', Permission.ViewChannel],
  ])('takes nothing for deleted without %s', async (name, bit) => {
    const { channelId, idsOf } = await storedChannel(1)
    world.updateChannel(channelId, {
      overwrites: [{ id: DEMO.bot, type: OverwriteType.Member, allow: '0', deny: String(bit) }],
    })
    expect(await scan(channelId, 'recheck')).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringContaining(name),
    })
    expect(await clips(idsOf(0))).toMatchObject(twice({ goneAt: null, hiddenAt: null }))
  })

  it('brings back what was thought gone', async () => {
    const { channelId, idsOf } = await storedChannel(1)
    await place.query(
      `update clips set gone_at = now() - interval '1 hour', hidden_at = now(), hidden_reason = 'message_deleted', purge_after = now() + interval '1 day' where id = $1`,
      [idsOf(0)[0]],
    )
    await scan(channelId, 'recheck')
    expect(await clips(idsOf(0))).toMatchObject(twice({ goneAt: null, hiddenAt: null, purgeAfter: null }))
  })

  it('and a deletion that arrives meanwhile do not wait for each other in a circle', async () => {
    const { channelId, idsOf } = await storedChannel(1)
    const [id] = idsOf(0) as [string]
    await place.query(`update clips set gone_at = now() - interval '1 hour' where id = $1`, [id])
    let checking: ReturnType<typeof scan> | undefined
    await transaction(async (tx) => {
      await lockClipsOfChannels([channelId], tx)
      checking = scan(channelId, 'recheck')
      checking.catch(() => {})
      await vi.waitFor(
        async () =>
          expect(
            await place.query(
              `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            ),
          ).toHaveLength(1),
        10_000,
      )
      await tx.execute(sql`update clips set title = 'kept' where id = ${id}`)
    })
    expect(await checking).toMatchObject({ status: 'succeeded' })
    expect(await findClip(id)).toMatchObject({ title: 'kept', goneAt: null })
  })

  it('fetches failed clips and lost files again', async () => {
    const { channelId, idsOf } = await storedChannel(1)
    const [lost, failed] = idsOf(0) as [string, string]
    await worker.run('fetch-clip', { clipId: parseSnowflake(lost) })
    const { objectSha256 } = (await findClip(lost))!
    await worker.context.store.delete(objectSha256!)
    await place.query(`update clips set state = 'failed', failure_code = 'gone', failure_message = 'x' where id = $1`, [
      failed,
    ])
    await scan(channelId, 'recheck')
    expect(await clips([lost, failed])).toMatchObject(twice({ state: 'pending', failureCode: null }))
    await worker.run('fetch-clip', { clipId: parseSnowflake(lost) })
    expect(await worker.context.store.size(objectSha256!)).toBeGreaterThan(0)
  })

  it('asks for as many pages as there are clips to look at, not for the whole history', async () => {
    const { id: channelId } = world.createChannel({ guildId, name: 'long', date: new Date('2024-11-01T00:00:00Z') })
    await syncWorld(place.twin)
    world.addHistory(channelId, 2_000, { authorId, clipEvery: 1_000 })
    await scan(channelId, 'complete')
    const run = await scan(channelId, 'recheck')
    expect(run).toMatchObject({ status: 'succeeded', messagesMatched: 2 })
    expect(run.messagesScanned).toBeLessThanOrEqual(200)
  })

  it('purges what is due with its files, and no file that another clip still uses', async () => {
    const { channelId, messages, idsOf } = await storedChannel(2)
    const [first, second] = [idsOf(0)[0]!, idsOf(1)[0]!]
    for (const id of [first, second]) await worker.run('fetch-clip', { clipId: parseSnowflake(id) })
    const { objectSha256, posterSha256 } = (await findClip(first))!
    expect((await findClip(second))!.objectSha256).toBe(objectSha256)
    const due = `update clips set purge_after = now() - interval '1 second' where purge_after is not null`
    world.deleteMessage(channelId, messages[0]!.id)
    await scan(channelId, 'recheck')
    await worker.run('purge', {})
    expect(await findClip(first)).toMatchObject({ hiddenReason: 'message_deleted' })
    await place.query(due)
    await worker.run('purge', {})
    expect(await findClip(first)).toBeNull()
    expect(await worker.context.store.size(objectSha256!)).not.toBeNull()
    world.deleteMessage(channelId, messages[1]!.id)
    await scan(channelId, 'recheck')
    await place.query(`update clips set purge_after = now() - interval '1 second', object_sha256 = object_sha256`)
    await place.query(`delete from clips where object_sha256 = $1 or poster_sha256 = $2`, [objectSha256, posterSha256])
    await worker.run('purge', {})
    expect(await worker.context.store.size(objectSha256!)).toBeNull()
    expect(await worker.context.store.size(posterSha256!)).toBeNull()
  })

  it('waits with removing a file while the same bytes are being kept', async () => {
    const { idsOf } = await storedChannel(1)
    const [id] = idsOf(0) as [string]
    await worker.run('fetch-clip', { clipId: parseSnowflake(id) })
    const { objectSha256 } = (await findClip(id))!
    await place.query(`update clips set object_sha256 = null, poster_sha256 = null, state = 'pending'`)
    let purging: Promise<unknown> | undefined
    await withObjectLocks([objectSha256!], async () => {
      purging = worker.run('purge', {})
      await place.query('select pg_sleep(0.3)')
      await place.query(`update clips set object_sha256 = $1, state = 'ready' where id = $2`, [objectSha256, id])
    })
    await purging
    expect(await worker.context.store.size(objectSha256!)).not.toBeNull()
  })
})
