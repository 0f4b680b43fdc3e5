import { AppError } from '@dcs/shared/core'
import { findChannel, notifyScan, noteThreadsListed, findThreadsListed } from '@dcs/shared/db'
import { fetchArchivedThreads, type ArchivedThread, type ArchivedThreads } from '@dcs/shared/discord'
import type { WorkerContext } from '../../context.ts'
import type { Handler, JobRun } from '../../runner/handler.ts'
import { resolveScanRules } from '../scan-channel/rules.ts'
import { keepThreads, type Listing } from './keep-threads.ts'

/** Archived threads of a channel and posts of a forum: public ones, then private ones as far as the bot may see them. */
export const listThreadsHandler: Handler<'list-threads'> = {
  concurrency: 4,

  run: async (context, { guildId, channelId, scanId, mode }, run) => {
    const channel = await findChannel(channelId)
    if (!channel || channel.deletedAt !== null) return
    const rules = await resolveScanRules(context, channel)
    if (!rules.includesThreads || !channel.isReading || rules.ignoresChannel !== null) return
    const listing: Listing = { guildId, scanId, mode, channel }
    // Threads that were archived later than this are not all known; what was archived before is.
    const known = mode === 'recheck' ? null : await findThreadsListed(channelId)
    const began = await walk(context, listing, { kind: 'public', until: known }, run)
    // They may be older and still new to us: the bot was not allowed to see them.
    if (channel.type === 'text') await walkPrivate(context, listing, mode === 'forward' ? known : null, run)
    if (began !== null) await noteThreadsListed(channelId, began)
    await notifyScan({ guildId, channelId: null })
  },

  recordFailure: async (_context, { guildId }, _failure, db) => notifyScan({ guildId, channelId: null }, db),
}

/** Private threads need Manage Threads; without it those the bot has joined can be listed. */
async function walkPrivate(context: WorkerContext, listing: Listing, until: Date | null, run: JobRun): Promise<void> {
  try {
    await walk(context, listing, { kind: 'private', until }, run)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'forbidden') throw error
    await walk(context, listing, { kind: 'joined', until: null }, run)
  }
}

/** Lists one kind down to what is known. Returns when the newest of them was archived; null when there is none. */
async function walk(
  { rest, ...context }: WorkerContext,
  listing: Listing,
  { kind, until }: { kind: ArchivedThreads; until: Date | null },
  { signal, event }: JobRun,
): Promise<Date | null> {
  let newest: Date | null = null
  let before: string | null = null
  do {
    signal.throwIfAborted()
    const page = await fetchArchivedThreads(rest, listing.channel.channelId, kind, before, signal)
    const [first] = page.threads
    if (newest === null && first) newest = archivedAt(first)
    const requested = await keepThreads({ rest, ...context }, listing, page.threads)
    event.threads = Number(event.threads ?? 0) + page.threads.length
    event.scans = Number(event.scans ?? 0) + requested
    const oldest = page.threads.at(-1)
    before = until !== null && oldest && archivedAt(oldest) < until ? null : page.next
  } while (before !== null)
  return newest
}

function archivedAt(thread: ArchivedThread): Date {
  return new Date(thread.thread_metadata.archive_timestamp)
}
