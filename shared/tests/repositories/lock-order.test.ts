import { describe, expect, it, vi } from 'vitest'
import {
  claimScanRun,
  keepScannedPages,
  noteNewestMessages,
  requestScan,
  requestScans,
  transaction,
  upsertChannels,
  type ScannedPages,
  type Transaction,
} from '../../src/db/index.ts'
import { newChannel, newGuild, row, useDatabase } from './fixtures.ts'

useDatabase()

const ID = 1_234_567_890_123_456_789n

/** A page of a channel whose run is in work. */
async function readPage(guildId: string): Promise<ScannedPages> {
  const channelId = await newChannel(guildId)
  const run = (await claimScanRun((await requestScan(channelId, null))!.runId))!
  return {
    run,
    channelId,
    ranges: [{ low: 0n, high: ID }],
    beforeMessageId: String(ID),
    newestMessageId: String(ID),
    scanned: 1,
    unread: 1,
    matched: 0,
    clipsAdded: 0,
    messagesPerSecond: null,
    isEmpty: false,
    leftOut: null,
  }
}

/** Does `first`, lets `other` run into its locks, then does `second` in the same transaction. Both must come to their end. */
async function inBetween(
  first: (tx: Transaction) => Promise<unknown>,
  other: () => Promise<unknown>,
  second: (tx: Transaction) => Promise<unknown>,
): Promise<void> {
  let blocked: Promise<unknown> = Promise.resolve()
  await transaction(async (tx) => {
    await first(tx)
    blocked = other()
    blocked.catch(() => {})
    await vi.waitFor(async () => {
      const waiting = await row(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      expect(waiting.count).toBe(1)
    })
    await second(tx)
  })
  await blocked
}

describe('keeping pages', () => {
  it('and storing threads with their newest messages do not wait for each other in a circle', async () => {
    const guildId = await newGuild()
    const page = await readPage(guildId)
    await keepScannedPages([page])
    const { channelId } = page
    await inBetween(
      (tx) => upsertChannels([{ id: channelId, guildId, name: 'renamed', type: 'text' }], tx),
      () => keepScannedPages([page]),
      (tx) => noteNewestMessages([{ channelId, messageId: String(ID + 1n) }], tx),
    )
    expect(
      await row('select covered::text, newest_message_id from channel_coverage where channel_id = $1', [channelId]),
    ).toEqual({
      covered: `{[0,${ID + 1n})}`,
      newest_message_id: String(ID + 1n),
    })
  })

  it('of many channels and requesting scans of them do not wait for each other in a circle', async () => {
    const guildId = await newGuild()
    const pages = [await readPage(guildId)]
    // Runs in the opposite order of their channels.
    while (pages.length < 2 || pages[0]!.run.id < pages.at(-1)!.run.id) pages.push(await readPage(guildId))
    const both = [pages[0]!, pages.at(-1)!]
    const [low, high] = both.map(({ channelId }) => channelId) as [string, string]
    await inBetween(
      (tx) => requestScans([low], null, tx),
      () => keepScannedPages(both),
      (tx) => requestScans([high], null, tx),
    )
    expect((await keepScannedPages(both)).size).toBe(2)
  })
})
