import {
  attachScanRuns,
  listThreadsToScan,
  noteNewestMessages,
  requestScans,
  transaction,
  upsertChannels,
  type BotChannel,
} from '@dcs/shared/db'
import { channelTypeName } from '@dcs/shared/domain'
import { enqueueRuns, type JobPayload } from '@dcs/shared/jobs'
import type { ArchivedThread } from '@dcs/shared/discord'
import type { WorkerContext } from '../../context.ts'

/** What is being listed, and for which scan. */
export type Listing = {
  guildId: string
  scanId: string
  mode: JobPayload<'list-threads'>['mode']
  channel: BotChannel
}

/** Stores threads, and requests scans of those with something unread (all of them for a recheck), in one transaction. Returns how many scans were added. */
export async function keepThreads(
  { queue }: WorkerContext,
  { guildId, scanId, mode, channel }: Listing,
  threads: readonly ArchivedThread[],
): Promise<number> {
  if (threads.length === 0) return 0
  const tagName = (id: string) => channel.availableTags?.[id]
  return transaction(async (tx) => {
    await upsertChannels(
      threads.map((thread) => ({
        id: thread.id,
        guildId,
        name: thread.name,
        type: channelTypeName(thread.type),
        parentId: thread.parent_id ?? channel.channelId,
        isArchived: thread.thread_metadata.archived,
        ...(thread.applied_tags ? { tags: thread.applied_tags.flatMap((id) => tagName(id) ?? []) } : {}),
      })),
      tx,
    )
    // A forum post's first message has the thread's own id.
    const newest = threads.map(({ id, last_message_id: last }) => ({ channelId: id, messageId: last ?? id }))
    await noteNewestMessages(newest, tx)
    const ids = threads.map(({ id }) => id)
    const unread = mode === 'recheck' ? ids : await listThreadsToScan(ids, tx)
    const runs = await attachScanRuns(scanId, mode, await requestScans(unread, null, tx), tx)
    await enqueueRuns(queue, runs, tx)
    return runs.length
  })
}
