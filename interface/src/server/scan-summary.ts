import { describeGuildScans, hasOtherChannels, listUserNames, type GuildScanSummary } from '@dcs/shared/db'
import { may, mayManage } from '@dcs/shared/domain'
import type { GuildScanItem, ManagerScans } from '../lib/api-types.ts'
import { findBudget } from './budget.ts'
import { countProblems } from './problems.ts'
import type { ViewerGuild } from './viewer.ts'

/** The newest scan of the guild, the budget and how many problems there are, which only managers are told; null for somebody who may not see statistics of the guild. */
export async function findManagerScans(own: ViewerGuild): Promise<ManagerScans | null> {
  if (!may(own.access, 'stats')) return null
  const problemCount = mayManage(own.access) ? countProblems(own) : 0
  const [scan, budget, problems] = await Promise.all([findGuildScan(own), findBudget(), problemCount])
  return { scan, budget, problems }
}

async function findGuildScan(own: ViewerGuild): Promise<GuildScanItem | null> {
  const { guildId } = own.guild
  const summary = (await describeGuildScans([guildId])).get(guildId)
  if (!summary) return null
  const [seesAll, names] = await Promise.all([
    seesAllOf(own, summary),
    listUserNames(summary.requestedBy === null ? [] : [summary.requestedBy]),
  ])
  const { requestedBy, search, runs } = summary
  return {
    scanId: summary.scanId,
    mode: summary.mode,
    status: summary.status,
    isPaused: summary.isPaused,
    channels: summary.channelIds?.length ?? null,
    requestedBy: requestedBy === null ? null : (names.get(requestedBy) ?? requestedBy),
    search:
      search === null || !seesAll
        ? null
        : { status: search, found: summary.messagesFound, expected: summary.messagesExpected },
    runs: seesAll
      ? { total: runs.total, done: runs.succeeded + runs.failed + runs.canceled, failed: runs.failed }
      : null,
    messagesScanned: seesAll ? summary.messagesScanned : null,
    messagesPerSecond: seesAll ? summary.messagesPerSecond : null,
    clipsAdded: seesAll ? summary.clipsAdded : null,
    isPartial: summary.status === 'failed' && runs.failed < runs.total,
    error: summary.status === 'failed' && seesAll ? summary.errorMessage : null,
    createdAt: summary.createdAt.toISOString(),
    finishedAt: summary.finishedAt?.toISOString() ?? null,
  }
}

// What is in channels that one may not read is not even counted.
async function seesAllOf(own: ViewerGuild, { channelIds, guildId }: GuildScanSummary): Promise<boolean> {
  const readable = new Set(own.access.shownChannelIds)
  if (channelIds !== null) return channelIds.every((id) => readable.has(id))
  return !(await hasOtherChannels(guildId, own.access.shownChannelIds))
}
