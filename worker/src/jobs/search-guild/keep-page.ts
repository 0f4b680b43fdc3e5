import { parseSnowflake } from '@dcs/shared/core'
import {
  addFoundClips,
  advanceGuildScan,
  attachScanRuns,
  listChannelsByIds,
  lockClipsOfChannels,
  notifyScan,
  requestScans,
  storeClips,
  transaction,
  upsertChannels,
  type GuildScan,
  type SearchCursors,
  type Transaction,
} from '@dcs/shared/db'
import { avatarUrl, type FoundThread, type SearchPage } from '@dcs/shared/discord'
import { channelTypeName, clipsIn } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'
import type { Reading } from './reading.ts'

const NO_CAP = { perDay: 0, timeZone: 'UTC' }

/** Of a page: messages in channels that are read, their clips, and those that nobody knew. */
type KeptPage = { readMessages: number; clips: number; newClips: number }

/**
 * Commits a page of the search with everything that follows from it; only what the settings let be read. It proves nothing about what lies between its
 * messages, so it never counts as coverage. Null when the scan was paused, ended or taken over: then nothing is kept.
 */
export async function keepSearchPage(
  context: WorkerContext,
  scan: GuildScan,
  page: SearchPage,
  progress: { cursors: SearchCursors; isFirst: boolean },
  reading: Reading,
): Promise<KeptPage | null> {
  const { guildId } = scan
  return transaction(async (tx) => {
    const { cursors, isFirst } = progress
    const counts = { expected: isFirst ? page.total : 0, found: page.messages.length, requests: page.requests }
    if (!(await advanceGuildScan(scan, { cursors, ...counts }, tx))) return null
    const unread = page.threads.filter(({ id }) => !reading.rulesOf(id))
    // Clips before channels: the order in which everybody locks them.
    const places = page.messages.map(({ channel_id: channelId }) => channelId)
    if (unread.length > 0) await lockClipsOfChannels(places, tx)
    const added = await storeThreads(guildId, unread, tx)
    if (added.length > 0) {
      await reading.refresh(tx)
      const wanted = added.filter((threadId) => reading.rulesOf(threadId))
      if (scan.mode !== 'quick') await addRuns(scan, wanted, tx)
    }
    const read = page.messages.flatMap((message) => {
      const rules = reading.rulesOf(message.channel_id)
      return rules ? [clipsIn(message, rules.clips)] : []
    })
    const found = read.flat()
    const clips = found.map((clip) => ({
      ...clip,
      guildId,
      authorAvatar: clip.authorId === null ? null : avatarUrl(context.cdnHosts, clip.authorId, clip.authorAvatarHash),
    }))
    const newIds = await storeClips(clips, (channelId) => reading.rulesOf(channelId)?.dailyCap ?? NO_CAP, tx)
    await context.queue.enqueue(
      'fetch-clip',
      newIds.map((clipId) => ({ clipId: parseSnowflake(clipId) })),
      tx,
    )
    if (newIds.length > 0) await addFoundClips(scan.id, newIds.length, tx)
    await notifyScan({ guildId, channelId: null }, tx)
    return { readMessages: read.length, clips: found.length, newClips: newIds.length }
  })
}

/** Clips need their channel: threads that nobody has listed yet are stored. Returns their ids. */
async function storeThreads(guildId: string, threads: readonly FoundThread[], tx: Transaction): Promise<string[]> {
  const stored = await listChannelsByIds(
    threads.map(({ id }) => id),
    tx,
  )
  const known = new Set(stored.map(({ channelId }) => channelId))
  const unknown = threads.filter(({ id }) => !known.has(id))
  return upsertChannels(
    unknown.map((thread) => ({
      id: thread.id,
      guildId,
      name: thread.name,
      type: channelTypeName(thread.type),
      parentId: thread.parent_id ?? null,
      isArchived: thread.thread_metadata?.archived ?? null,
    })),
    tx,
  )
}

/** A thread that the search came upon is read with the other channels, when the search has ended. */
async function addRuns(scan: GuildScan, channelIds: readonly string[], tx: Transaction): Promise<void> {
  const runs = await requestScans(channelIds, scan.requestedBy, tx)
  await attachScanRuns(scan.id, scan.mode, runs, tx)
}
