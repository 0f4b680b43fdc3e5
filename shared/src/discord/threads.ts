import type { REST } from '@discordjs/rest'
import { Routes } from 'discord-api-types/v10'
import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { toDiscordFailure } from './rest.ts'

const THREADS_PER_PAGE = 100

const zThread = z.object({
  id: zSnowflake,
  type: z.int(),
  name: z.string().default(''),
  parent_id: zSnowflake.nullish(),
  last_message_id: zSnowflake.nullish(),
  applied_tags: z.array(z.string()).optional(),
  thread_metadata: z.object({ archived: z.boolean().default(true), archive_timestamp: z.string() }),
})

const zPage = z.object({ threads: z.array(z.unknown()), has_more: z.boolean().default(false) })

/** A thread that is archived, as Discord lists it. */
export type ArchivedThread = z.output<typeof zThread>

/** Which archived threads: public ones, private ones (needs Manage Threads), or the private ones the bot has joined. */
export type ArchivedThreads = 'public' | 'private' | 'joined'

/** One page of archived threads, those archived last first, and where the next page begins; null when there is none. */
export type ThreadPage = { threads: ArchivedThread[]; next: string | null }

/**
 * Lists archived threads of a channel below `before`: a time of archiving (ISO 8601) for public and private ones, the id of a thread for joined ones
 * (https://docs.discord.com/developers/resources/channel#list-public-archived-threads). Throws `PermanentFailure` when the bot may not.
 */
export async function fetchArchivedThreads(
  rest: REST,
  channelId: string,
  kind: ArchivedThreads,
  before: string | null,
  signal?: AbortSignal,
): Promise<ThreadPage> {
  const query = new URLSearchParams({ limit: String(THREADS_PER_PAGE) })
  if (before !== null) query.set('before', before)
  const route =
    kind === 'joined'
      ? (Routes.channelJoinedArchivedThreads(channelId) as `/${string}`)
      : Routes.channelThreads(channelId, kind)
  try {
    const answer = zPage.parse(await rest.get(route, { query, ...(signal ? { signal } : {}) }))
    // One thread that we cannot read does not hide the others.
    const threads = answer.threads.flatMap((thread) => {
      const parsed = zThread.safeParse(thread)
      return parsed.success ? [parsed.data] : []
    })
    const last = threads.at(-1)
    if (!answer.has_more || !last) return { threads, next: null }
    const next = kind === 'joined' ? last.id : cursorAfter(last.thread_metadata.archive_timestamp, before)
    return { threads, next: next === before ? null : next }
  } catch (error) {
    signal?.throwIfAborted()
    throw toDiscordFailure(error, `listing archived threads of channel ${channelId}`)
  }
}

/**
 * Where the page below a thread begins. Discord gives what was archived before a time and leaves out what was archived at it, so threads that were archived together would be
 * lost at the border of two pages: the last of a page is asked for once more, unless the whole page was archived within its millisecond.
 */
function cursorAfter(archivedAt: string, before: string | null): string {
  const again = new Date(Date.parse(archivedAt) + 1).toISOString()
  return again === before ? archivedAt : again
}
