import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addCoverage,
  advanceScan,
  claimScanRun,
  database,
  findClip,
  findScanRun,
  incrementChannelMessageCount,
  listCoverage,
  requestScan,
  transaction,
  upsertChannels,
  upsertClips,
  upsertGuilds,
  type Transaction,
} from '../../src/db/index.ts'
import { openQueue, type Queue } from '../../src/jobs/index.ts'
import { foundClip } from './clip-fixtures.ts'
import { newChannel, newGuild, newId, row, rows, useDatabase } from './fixtures.ts'

useDatabase(4)

let queue: Queue
beforeAll(async () => {
  queue = await openQueue('producer', pino({ level: 'silent' }))
})
afterAll(() => queue.stop())

const jobsFor = (clipId: string) =>
  rows(`select data from pgboss.job where name = 'fetch-clip' and data->>'clipId' = $1`, [clipId])

/** What a scan does with a page of messages. */
async function scannedChannel() {
  const guildId = await newGuild()
  const channelId = await newChannel(guildId)
  const { runId } = (await requestScan(channelId, null))!
  const held = (await claimScanRun(runId))!
  const clip = foundClip(guildId, channelId)
  const takePage = async (tx: Transaction) => {
    const added = await upsertClips([clip], tx)
    await addCoverage(channelId, { low: 5n, high: 9n }, tx)
    await advanceScan(held, { beforeMessageId: '5', scanned: 5, matched: 1 }, tx)
    await queue.enqueue(
      'fetch-clip',
      added.map((clipId) => ({ clipId: clipId as never })),
      tx,
    )
  }
  return { channelId, runId, clip, takePage }
}

describe('a transaction', () => {
  it('commits clips, coverage, progress and jobs together', async () => {
    const { channelId, runId, clip, takePage } = await scannedChannel()
    await transaction(async (tx) => {
      await takePage(tx)
      expect(await findClip(clip.id)).toBeNull()
      expect(await jobsFor(clip.id)).toEqual([])
    })
    expect(await findClip(clip.id)).not.toBeNull()
    expect(await listCoverage(channelId)).toEqual([{ low: 5n, high: 9n }])
    expect(await findScanRun(runId)).toMatchObject({ beforeMessageId: '5', messagesScanned: 5 })
    expect(await jobsFor(clip.id)).toEqual([{ data: { clipId: clip.id } }])
  })

  it('takes them back together', async () => {
    const { channelId, runId, clip, takePage } = await scannedChannel()
    const failing = transaction(async (tx) => {
      await takePage(tx)
      throw new Error('cut off')
    })
    await expect(failing).rejects.toThrow('cut off')
    expect(await findClip(clip.id)).toBeNull()
    expect(await listCoverage(channelId)).toEqual([])
    expect(await findScanRun(runId)).toMatchObject({ beforeMessageId: null, messagesScanned: 0 })
    expect(await jobsFor(clip.id)).toEqual([])
  })

  it('adds one job however often a page is taken', async () => {
    const { clip } = await scannedChannel()
    const payload = { clipId: clip.id as never }
    await Promise.all(Array.from({ length: 10 }, () => queue.enqueue('fetch-clip', [payload, payload], database())))
    expect(await jobsFor(clip.id)).toHaveLength(1)
  })

  it('inside another is taken back alone', async () => {
    const [kept, gone] = [newId(), newId()]
    await transaction(async (tx) => {
      await upsertGuilds([{ id: kept, name: 'x' }], tx)
      await transaction(async (inner) => {
        await upsertGuilds([{ id: gone, name: 'x' }], inner)
        throw new Error('stop')
      }, tx).catch(() => {})
    })
    expect(await rows('select guild_id from bot_guilds where guild_id in ($1, $2)', [kept, gone])).toEqual([
      { guild_id: kept },
    ])
  })

  it('that fails again and again leaves every connection of the pool usable', async () => {
    const channelId = await newChannel()
    const attempts = Array.from({ length: 20 }, () =>
      transaction(async (tx) => {
        await incrementChannelMessageCount(channelId, 1, tx)
        await upsertChannels([{ id: newId(), guildId: '404', name: 'x', type: 'text' }], tx)
      }),
    )
    expect((await Promise.allSettled(attempts)).every(({ status }) => status === 'rejected')).toBe(true)
    await Promise.all(Array.from({ length: 20 }, () => incrementChannelMessageCount(channelId)))
    expect(await row('select message_count from bot_channels where channel_id = $1', [channelId])).toEqual({
      message_count: '20',
    })
    const idle = `select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`
    expect(await rows(idle)).toEqual([])
  })
})

describe('reading and writing outside of one', () => {
  it('is seen by others at once', async () => {
    const guildId = newId()
    await upsertGuilds([{ id: guildId, name: 'x' }])
    await database().query.botGuilds.findFirst({ where: { guildId } })
    await upsertGuilds([{ id: guildId, name: 'y' }])
    expect(await row('select name from bot_guilds where guild_id = $1', [guildId])).toEqual({ name: 'y' })
  })
})
