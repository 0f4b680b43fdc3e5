import { MINUTE, PermanentFailure, SECOND, sleep } from '@dcs/shared/core'
import {
  claimGuildScan,
  database,
  endGuildSearch,
  holdsGuildScan,
  notifyScan,
  transaction,
  type Executor,
  type GuildScan,
  type SearchCursors,
} from '@dcs/shared/db'
import { SearchIndexMissing, searchMessages, type SearchPage, type SearchQuestion } from '@dcs/shared/discord'
import { enqueueRuns } from '@dcs/shared/jobs'
import type { WorkerContext } from '../../context.ts'
import type { Failure, Handler, JobRun } from '../../runner/handler.ts'
import { firstCursors, inOrder, topicOf } from './cursors.ts'
import { keepSearchPage } from './keep-page.ts'
import { openReading, type Reading } from './reading.ts'

/** How long a search waits for Discord to make the index before history is read without it. */
const INDEX_PATIENCE_MS = 3 * MINUTE

/** After so many pages in a row without a single clip no more is asked about embeds: links with a player that Discord does not serve fill whole servers. */
const FRUITLESS_PAGES = 40

/** Asks the search index about every topic, newest message first, then lets the channel runs of the scan begin. */
export const searchGuildHandler: Handler<'search-guild'> = {
  concurrency: 4,

  run: async (context, { scanId, guildId }, run) => {
    const scan = await claimGuildScan(scanId)
    if (!scan) return
    await notifyScan({ guildId, channelId: null })
    try {
      const isWhole = await search(context, scan, run)
      run.event.canceled = !isWhole
      if (isWhole) await endSearch(context, scan, { claim: scan.claim })
    } catch (error) {
      if (!(error instanceof PermanentFailure)) throw error
      // History finds what the index would have: the runs begin all the same.
      run.event.failure = error.code
      await endSearch(context, scan, { claim: scan.claim, failure: { code: codeOf(error), message: error.message } })
    }
  },

  recordFailure: (context, { scanId, guildId }, failure, db) =>
    endSearch(context, { id: scanId, guildId }, { failure }, db),
}

/** Ends the search and starts the runs that waited for it, in one transaction. */
async function endSearch(
  context: WorkerContext,
  scan: Pick<GuildScan, 'id' | 'guildId'>,
  end: { claim?: string | null; failure?: Failure },
  db: Executor = database(),
): Promise<void> {
  await transaction(async (tx) => {
    const waiting = await endGuildSearch(scan.id, end, tx)
    if (waiting === null) return
    await enqueueRuns(context.queue, waiting, tx)
    await notifyScan({ guildId: scan.guildId, channelId: null }, tx)
  }, db)
}

/** Returns false when the scan was paused, ended or taken over. */
async function search(context: WorkerContext, scan: GuildScan, run: JobRun): Promise<boolean> {
  const reading = await openReading(context, scan.guildId)
  const wantsSearch = scan.mode === 'quick' || reading.channels().some(({ rules }) => rules.searchFirst)
  if (!wantsSearch) return true
  const cursors = Object.keys(scan.cursors).length > 0 ? scan.cursors : firstCursors(scan, reading.channels())
  for (const name of inOrder(cursors)) {
    if (!(await walk(context, scan, { name, cursors, reading }, run))) return false
  }
  return true
}

type Walk = { name: string; cursors: SearchCursors; reading: Reading }

/** Walks one question down to the oldest message. The next page is asked for while the last one is kept. */
async function walk(context: WorkerContext, scan: GuildScan, { name, cursors, reading }: Walk, run: JobRun) {
  const start = cursors[name]
  if (!start || start.isDone) return true
  const { channelIds } = start
  let [useless, fruitless] = [0, 0]
  const fetchPage = (maxId: string | null) => {
    const question = { topic: topicOf(name), maxId, channelIds, asksTwice: useless < 3 }
    return fetchPatiently(context, scan, question, run)
  }
  let isFirst = start.maxId === null
  let next: Promise<SearchPage | null> | null = fetchPage(start.maxId)
  while (next) {
    const page: SearchPage | null = await next
    if (!page) return false
    if (page.gained !== null) useless = page.gained > 0 ? 0 : useless + 1
    next = page.nextMaxId === null || fruitless >= FRUITLESS_PAGES ? null : fetchPage(page.nextMaxId)
    // It may fail while the page is being kept; then it is thrown where it is waited for.
    next?.catch(() => {})
    cursors[name] = { channelIds, maxId: page.messages.at(-1)?.id ?? start.maxId, isDone: next === null }
    await reading.refreshWhenOld()
    const kept = await keepSearchPage(context, scan, page, { cursors, isFirst }, reading)
    if (!kept) return false
    if (topicOf(name) === 'embed' && kept.readMessages > 0) fruitless = kept.clips > 0 ? 0 : fruitless + 1
    run.event.messages = Number(run.event.messages ?? 0) + page.messages.length
    run.event.newClips = Number(run.event.newClips ?? 0) + kept.newClips
    run.event.requests = Number(run.event.requests ?? 0) + page.requests
    isFirst = false
  }
  return true
}

/** Waits while Discord makes the index. Null when the scan was paused, ended or taken over meanwhile. */
async function fetchPatiently(
  { rest }: WorkerContext,
  scan: GuildScan,
  question: SearchQuestion,
  { signal, event }: JobRun,
): Promise<SearchPage | null> {
  const until = performance.now() + INDEX_PATIENCE_MS
  for (;;) {
    try {
      return await searchMessages(rest, scan.guildId, question, signal)
    } catch (error) {
      if (!(error instanceof SearchIndexMissing)) throw error
      event.indexWaits = Number(event.indexWaits ?? 0) + 1
      if (performance.now() > until)
        throw new IndexUnavailable(
          'unavailable',
          'Discord has not made the search index of this server yet. Scan again in some minutes, or with the mode Complete, which reads the history instead.',
          { cause: error },
        )
      if (!(await holdsGuildScan(scan))) return null
      await sleep(Math.max(error.delayMs, SECOND), signal)
    }
  }
}

/** The index stayed away. */
class IndexUnavailable extends PermanentFailure {
  override name = 'IndexUnavailable'
  readonly failureCode = 'index-unavailable'
}

function codeOf(error: PermanentFailure): string {
  return error instanceof IndexUnavailable ? error.failureCode : error.code
}
