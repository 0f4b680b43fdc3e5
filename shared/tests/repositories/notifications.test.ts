import { expect, it, vi } from 'vitest'
import { listen, markClipFailed, notify, notifyScan, transaction, upsertClips } from '../../src/db/index.ts'
import { foundClip } from './clip-fixtures.ts'
import { newChannel, newGuild, rows, useDatabase } from './fixtures.ts'

useDatabase()

async function listener() {
  const heard: string[] = []
  let gaps = 0
  const { stop } = await listen(['dcs_scan', 'dcs_clips'], {
    onNotification: (channel, payload) => heard.push(`${channel} ${payload}`),
    onGap: () => gaps++,
  })
  return { heard, gaps: () => gaps, stop }
}

it('brings what is said to everybody who listens, in order', async () => {
  const [first, second] = [await listener(), await listener()]
  await notifyScan({ guildId: '1', channelId: null })
  await notify('dcs_clips', "it's 2")
  for (const { heard } of [first, second])
    await vi.waitFor(() => expect(heard).toEqual(['dcs_scan 1', "dcs_clips it's 2"]))
  await Promise.all([first.stop(), second.stop()])
})

it('says nothing of a transaction that is taken back, and speaks when one commits', async () => {
  const { heard, stop } = await listener()
  await transaction(async (tx) => {
    await notifyScan({ guildId: 'gone', channelId: null }, tx)
    throw new Error('stop')
  }).catch(() => {})
  await transaction(async (tx) => {
    await notifyScan({ guildId: 'kept', channelId: null }, tx)
    expect(heard).toEqual([])
  })
  await vi.waitFor(() => expect(heard).toEqual(['dcs_scan kept']))
  await stop()
})

it('tells when a clip changed', async () => {
  const { heard, stop } = await listener()
  const guildId = await newGuild()
  const clip = foundClip(guildId, await newChannel(guildId))
  await upsertClips([clip])
  await markClipFailed(clip.id, 'gone', 'x')
  await vi.waitFor(() => expect(heard).toContain(`dcs_clips ${guildId} ${clip.channelId}`))
  await stop()
})

it('listens again after its connection broke and says that something may have been missed', async () => {
  const { heard, gaps, stop } = await listener()
  await rows(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dcs-listen'`)
  await vi.waitFor(() => expect(gaps()).toBe(1), { timeout: 10_000 })
  await notifyScan({ guildId: 'again', channelId: null })
  await vi.waitFor(() => expect(heard).toEqual(['dcs_scan again']))
  await stop()
  expect(
    await rows(`select from pg_stat_activity where application_name = 'dcs-listen' and datname = current_database()`),
  ).toEqual([])
})
