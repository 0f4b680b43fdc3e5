import { DEMO } from '@dcs/discord-twin'
import { createLogger } from '@dcs/shared/core'
import {
  closeDb,
  initDb,
  setGuildSettings,
  syncGuilds,
  updateChannelSettings,
  setChannelsReading,
} from '@dcs/shared/db'
import { listGuildScans, openQueue, type Queue } from '@dcs/shared/jobs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startDueScans } from '../src/services/scheduled-scans.ts'

const guildId = DEMO.guilds.squad
const [clips, highlights] = ['1180000000000000101', '1180000000000000102'] as const
const at = (moment: string) => new Date(`${moment}Z`)

describe('schedules', { timeout: 30_000 }, () => {
  let db: TestDatabase
  let queue: Queue

  beforeEach(async () => {
    db = await createMigratedDatabase()
    await initDb({ url: db.url })
    queue = await openQueue('producer', createLogger('bot', 'silent'))
    const channels = [clips, highlights].map((id) => ({ id, name: `channel-${id}`, type: 'text', position: 0 }))
    await syncGuilds([{ id: guildId, name: 'Squad', channels }])
    await setChannelsReading([clips, highlights], true)
  })
  afterEach(async () => {
    await queue.stop(1_000)
    await closeDb()
    await db.drop()
  })

  const look = (moment: string) =>
    startDueScans({ log: createLogger('bot', 'silent'), queue, settings: {} }, at(moment))
  /** Looks at these moments, one after another; which of them started something. */
  const firing = async (moments: readonly string[]) => {
    const fired: string[] = []
    for (const moment of moments) {
      if ((await look(moment)).length === 0) continue
      fired.push(moment)
      await finishAll()
    }
    return fired
  }
  const finishAll = () =>
    withClient(db.url, (client) =>
      client.query(
        `update bot_channel_scan_runs set status = 'succeeded'; update guild_scans set status = 'succeeded'`,
      ),
    )
  const modes = async () => (await listGuildScans(guildId)).map(({ mode, channelIds }) => ({ mode, channelIds }))

  it('start a scan when they are due, and not before', async () => {
    await setGuildSettings(guildId, { schedule_cron: '0 9 * * *' })
    const fired = await firing([
      '2026-06-01T08:58:00',
      '2026-06-01T08:59:59',
      '2026-06-01T09:00:00',
      '2026-06-01T09:01:00',
      '2026-06-02T09:00:30',
    ])
    expect(fired).toEqual(['2026-06-01T09:00:00', '2026-06-02T09:00:30'])
    expect(await modes()).toEqual([
      { mode: 'forward', channelIds: null },
      { mode: 'forward', channelIds: null },
    ])
  })

  it('start one scan for all bots that look at the same time', async () => {
    await setGuildSettings(guildId, { schedule_cron: '@hourly' })
    await look('2026-06-01T08:30:00')
    const started = await Promise.all(Array.from({ length: 5 }, () => look('2026-06-01T09:00:01')))
    expect(started.flat()).toEqual([guildId])
    expect(await modes()).toHaveLength(1)
  })

  it('start once what was due many times while no bot was there', async () => {
    await setGuildSettings(guildId, { schedule_cron: '@hourly' })
    expect(await firing(['2026-06-01T08:30:00', '2026-06-04T12:10:00', '2026-06-04T12:11:00'])).toEqual([
      '2026-06-04T12:10:00',
    ])
  })

  it('do not look back when they are set or changed, also after a time without', async () => {
    await setGuildSettings(guildId, { schedule_cron: '0 9 * * *' })
    expect(await look('2026-06-01T09:30:00')).toEqual([])
    await setGuildSettings(guildId, { schedule_cron: '0 8 * * *' })
    expect(await look('2026-06-01T09:31:00')).toEqual([])
    await setGuildSettings(guildId, { schedule_cron: '@continuous' })
    expect(await look('2026-06-01T09:32:00')).toEqual([])
    await setGuildSettings(guildId, { schedule_cron: '0 9 * * *' })
    expect(await firing(['2026-06-09T12:00:00', '2026-06-10T09:00:00'])).toEqual(['2026-06-10T09:00:00'])
  })

  it('start nothing without a time', async () => {
    expect(await firing(['2026-06-01T09:00:00', '2027-06-01T09:00:00'])).toEqual([])
  })

  it('keep to the clock of the time zone when it changes: once a day, also when the hour is missing or comes twice', async () => {
    await setGuildSettings(guildId, { schedule_cron: '30 2 * * *', tz: 'Europe/Berlin' })
    const everyHalfHour = (day: string, days: number) =>
      Array.from({ length: days * 48 }, (_, index) =>
        new Date(at(`${day}T00:00:00`).getTime() + index * 1_800_000).toISOString().slice(0, 19),
      )
    expect(await firing(everyHalfHour('2026-03-28', 3))).toEqual([
      '2026-03-28T01:30:00',
      '2026-03-29T01:00:00',
      '2026-03-30T00:30:00',
    ])
    expect(await firing(everyHalfHour('2026-10-24', 3))).toEqual([
      '2026-10-24T00:00:00',
      '2026-10-24T00:30:00',
      '2026-10-25T00:30:00',
      '2026-10-26T01:30:00',
    ])
  })

  it('read channels as each of them says: only what is new, or all that is missing', async () => {
    await setGuildSettings(guildId, { schedule_cron: '@hourly', search_first: false })
    await updateChannelSettings(highlights, { scan_mode: 'backfill' })
    await firing(['2026-06-01T08:30:00', '2026-06-01T09:00:00'])
    expect(new Set(await modes())).toEqual(
      new Set([
        { mode: 'forward', channelIds: [clips] },
        { mode: 'complete', channelIds: [highlights] },
      ]),
    )
  })

  it('do not fail where no channel is read', async () => {
    await setGuildSettings(guildId, { schedule_cron: '@hourly' })
    await setChannelsReading([clips, highlights], false)
    await firing(['2026-06-01T08:30:00', '2026-06-01T09:00:00'])
    expect(await modes()).toEqual([])
  })
})
