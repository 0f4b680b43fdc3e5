import { AppError } from '../core/errors.ts'
import { parseSnowflake } from '../core/snowflake.ts'
import { database } from '../db/config.ts'
import type { Executor, Transaction } from '../db/database.ts'
import type { GuildScan } from '../db/models/index.ts'
import { notifyScan } from '../db/notifications.ts'
import { recordAudit, type AuditRecord } from '../db/repositories/audit.repo.ts'
import { setChannelsReading } from '../db/repositories/channels.repo.ts'
import {
  adoptScanRuns,
  attachScanRuns,
  lockActiveRuns,
  upgradeScanRuns,
  yieldGuildScan,
  type WaitingRun,
} from '../db/repositories/guild-scan-runs.repo.ts'
import {
  addGuildScan,
  findSameGuildScan,
  hasUnreadChannel,
  lockGuildForScans,
} from '../db/repositories/guild-scans.repo.ts'
import { requestScans } from '../db/repositories/scans.repo.ts'
import { hasMessages, hasThreads, isThread } from '../domain/channel-types.ts'
import type { InstanceSettings } from '../settings/index.ts'
import { findReadChannels } from './channels-to-scan.ts'
import { enqueueRuns } from './guild-scan-runs.ts'
import type { Queue } from './queue.ts'

/** A scan to start. `channelIds` null: every channel that is read. */
export type GuildScanRequest = {
  guildId: string
  mode: GuildScan['mode']
  channelIds: readonly string[] | null
  /** Discord id of the person who asks; null when the product does. */
  requestedBy: string | null
  /** Reads the channels alone, not what is stored of their threads; new threads are looked for all the same. */
  withoutThreads?: boolean
  /** Also switches reading of the channels on. */
  startReading?: boolean
  /** Who is written down in the audit log as having started it. */
  by?: Pick<AuditRecord, 'actorId' | 'via'>
  /** The settings file of the instance, where the caller has it; the worker looks again with its own. */
  settings?: InstanceSettings
}

/** What came of a request: `created` false means that a scan under way does the same already, and `scanId` is that one. */
export type GuildScanAnswer = { scanId: string; created: boolean; runs: WaitingRun[] }

/**
 * Starts a scan of a guild or of some of its channels; rows and jobs commit together. A complete scan of channels that were never read asks the search
 * index first, and its runs wait for that. What is under way already is joined, never done twice, however many ask at once.
 * Throws `not-found` when the guild or a channel is not stored, and `conflict` when nothing is there to scan.
 */
export async function requestGuildScan(
  queue: Pick<Queue, 'enqueue'>,
  request: GuildScanRequest,
  db: Executor = database(),
): Promise<GuildScanAnswer> {
  return db.transaction(async (tx) => {
    const { guildId, mode, requestedBy } = request
    await lockGuildForScans(guildId, tx)
    if (request.startReading && request.channelIds) {
      await lockActiveRuns(request.channelIds, tx)
      await setChannelsReading(request.channelIds, true, tx)
    }
    const target = await findTarget(request, tx)
    const wanted = { guildId, mode, channelIds: request.channelIds && [...request.channelIds], ...target }
    const same = await findSameGuildScan(wanted, tx)
    if (same !== null) return { scanId: same, created: false, runs: [] }
    const { runChannelIds } = target
    const searches =
      mode === 'quick' || (mode === 'complete' && target.mayWait && (await hasUnreadChannel(runChannelIds, tx)))
    const scanId = await addGuildScan({ guildId, mode, channelIds: wanted.channelIds, requestedBy, searches }, tx)
    const { runs, adopted } = await takeRuns({ scanId, mode, requestedBy, channelIds: runChannelIds }, tx)
    if (mode !== 'quick' && runs.length + adopted === 0) {
      const other = await yieldGuildScan(scanId, runChannelIds, tx)
      if (other !== null) return { scanId: other, created: false, runs }
    }
    if (searches) await queue.enqueue('search-guild', [{ scanId, guildId: parseSnowflake(guildId) }], tx)
    else await enqueueRuns(queue, runs, tx)
    if (mode !== 'quick')
      await queue.enqueue(
        'list-threads',
        target.threadChannelIds.map((channelId) => ({
          guildId: parseSnowflake(guildId),
          channelId: parseSnowflake(channelId),
          scanId,
          mode,
        })),
        tx,
      )
    await notifyScan({ guildId, channelId: null }, tx)
    if (request.by) {
      const details = { mode, channels: request.channelIds?.length ?? 'all' }
      await recordAudit({ guildId, ...request.by, action: 'scan.start', target: scanId, details }, tx)
    }
    return { scanId, created: true, runs }
  })
}

type Wanted = Pick<GuildScanRequest, 'mode' | 'requestedBy'> & { scanId: string; channelIds: readonly string[] }

/** The runs of a scan: new ones, and those under way that nobody's scan has; `runs` are those whose jobs are to be added. */
async function takeRuns({ scanId, mode, requestedBy, channelIds }: Wanted, tx: Transaction) {
  if (mode === 'quick') return { runs: [], adopted: 0 }
  const adopted = await adoptScanRuns(scanId, mode, channelIds, tx)
  const upgraded = mode === 'complete' ? await upgradeScanRuns(scanId, channelIds, tx) : []
  const added = await requestScans(channelIds, requestedBy, tx)
  return { runs: [...upgraded, ...(await attachScanRuns(scanId, mode, added, tx))], adopted }
}

/** The channels whose history the scan reads, and whether they may wait for the search. */
async function findTarget(request: GuildScanRequest, tx: Transaction) {
  const read = await findReadChannels(request.guildId, { settings: request.settings }, tx)
  const chosen = request.channelIds && new Set(request.channelIds)
  const channels = read.filter(
    ({ channel }) =>
      !chosen ||
      chosen.has(channel.channelId) ||
      (!request.withoutThreads && isThread(channel.type) && chosen.has(channel.parentId ?? '')),
  )
  if (channels.length === 0)
    throw new AppError('conflict', `Guild ${request.guildId} has no channel to scan.`, {
      publicMessage: chosen
        ? 'None of these channels is read. Switch one on first.'
        : 'No channel of this server is read. Switch one on first.',
    })
  return {
    /** Whose archived threads or posts are to be looked for. */
    threadChannelIds: channels.flatMap(({ channel, rules }) =>
      rules.includesThreads && hasThreads(channel.type) ? [channel.channelId] : [],
    ),
    runChannelIds: channels.flatMap(({ channel }) => (hasMessages(channel.type) ? [channel.channelId] : [])),
    mayWait: channels.some(({ rules }) => rules.searchFirst),
  }
}
