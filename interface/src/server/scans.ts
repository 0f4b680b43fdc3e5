import { isThread, may } from '@dcs/shared/domain'
import {
  countClipsByChannel,
  countThreadScans,
  getGuildSettings,
  listChannelsByIds,
  listNewestScans,
  listScanHistory,
  type BotChannel,
} from '@dcs/shared/db'
import {
  parseStoredChannelSettings,
  parseStoredGuildSettings,
  resolveChannelSettings,
  resolveGuildSettings,
} from '@dcs/shared/settings'
import type { ChannelScanItem, GuildScans, ScanRunPage, ThreadScans } from '../lib/api-types.ts'
import { toGuildItem } from './guild-item.ts'
import { instanceSettings } from './instance-settings.ts'
import { listCoverageItems } from './scan-coverage.ts'
import { allThreads, requireChannel, requireManage, threadsOf, topChannels } from './scan-channels.ts'
import { isActive, queuePositions, toChannelItem, toRunItem } from './scan-items.ts'
import { findManagerScans } from './scan-summary.ts'
import type { ViewerGuild } from './viewer.ts'

/** Threads of a channel that are shown at a time. */
const THREADS_PER_PAGE = 50
const RUNS_PER_PAGE = 20

/** The state of every channel of a guild that the viewer may read, in Discord's order; threads are only counted. */
export async function listScans(own: ViewerGuild): Promise<GuildScans> {
  const [channels, manager] = await Promise.all([toItems(own, topChannels(own)), findManagerScans(own)])
  return { guild: toGuildItem(own), channels, manager }
}

/** A page of the threads or posts of a channel, newest first. Throws `not-found` when the viewer may not read the channel. */
export async function listThreadScans(own: ViewerGuild, channelId: string, after?: string): Promise<ThreadScans> {
  requireChannel(own, channelId)
  const threads = threadsOf(own, channelId).filter(
    (thread) => after === undefined || BigInt(thread.channelId) < BigInt(after),
  )
  const page = threads.slice(0, THREADS_PER_PAGE)
  return {
    threads: await toItems(own, page),
    next: threads.length > page.length ? (page.at(-1)?.channelId ?? null) : null,
  }
}

/** A page of the runs of a channel or thread, newest first. Managers only. */
export async function listRuns(own: ViewerGuild, channelId: string, after?: string): Promise<ScanRunPage> {
  requireManage(own)
  requireChannel(own, channelId)
  const runs = await listScanHistory(channelId, { limit: RUNS_PER_PAGE + 1, after })
  const page = runs.slice(0, RUNS_PER_PAGE)
  return {
    runs: page.map((run) => toRunItem(run, run.requesterName ?? run.requestedBy)),
    next: runs.length > page.length ? (page.at(-1)?.id ?? null) : null,
  }
}

async function toItems(own: ViewerGuild, channels: readonly BotChannel[]): Promise<ChannelScanItem[]> {
  const ids = channels.map(({ channelId }) => channelId)
  const shown = new Set(ids)
  const threads = allThreads(own).filter(({ parentId }) => parentId !== null && shown.has(parentId))
  const now = Date.now()
  const [stored, runs, counts, coverage, threadCounts, readsThreads] = await Promise.all([
    listChannelsByIds([...new Set([...ids, ...channels.flatMap(({ parentId }) => parentId ?? [])])]),
    listNewestScans(ids),
    countClipsByChannel(own.access),
    listCoverageItems(channels, now),
    countThreadScans(threads.map(({ channelId }) => channelId)),
    findThreadRule(own.guild.guildId),
  ])
  const clipsOf = new Map<string, ChannelScanItem['clips']>()
  for (const { channelId, state, count } of counts)
    clipsOf.set(channelId, { ...(clipsOf.get(channelId) ?? NO_CLIPS), [state]: count })
  const clipsInThreads = new Map<string, number>()
  for (const { channelId, parentId } of threads)
    clipsInThreads.set(parentId ?? '', (clipsInThreads.get(parentId ?? '') ?? 0) + (clipsOf.get(channelId)?.ready ?? 0))
  const byId = new Map([...own.channels, ...stored].map((channel) => [channel.channelId, channel]))
  const runOf = new Map(runs.map((run) => [run.channelId, run]))
  const positions = queuePositions(runs.filter(isActive))
  return channels.map((known) => {
    const channel = byId.get(known.channelId) ?? known
    const parent = byId.get(channel.parentId ?? '')
    const run = runOf.get(channel.channelId)
    const below = threadCounts.get(channel.channelId)
    const place = isThread(channel.type) ? parent : channel
    const includes = place !== undefined && readsThreads(place)
    const isReadWithParent = isThread(channel.type) && includes && place.isReading
    const facts = {
      categoryName: isThread(channel.type) ? null : (parent?.name ?? null),
      parentId: isThread(channel.type) ? channel.parentId : null,
      isReading: channel.isReading || isReadWithParent,
      isReadWithParent,
      readsThreads: includes,
      run,
      queuePosition: (run && positions.get(run.id)) ?? null,
      coverage: coverage(channel),
      clips: clipsOf.get(channel.channelId) ?? NO_CLIPS,
      threads: below ? { ...below, clips: clipsInThreads.get(channel.channelId) ?? 0 } : null,
    }
    return toChannelItem(channel, facts, { now, seesStats: may(own.access, 'stats') })
  })
}

const NO_CLIPS = { ready: 0, pending: 0, failed: 0 }

/** Whether the threads of a channel are read with it, by the settings. */
async function findThreadRule(guildId: string): Promise<(channel: BotChannel) => boolean> {
  const [instance, stored] = await Promise.all([instanceSettings(), getGuildSettings(guildId)])
  const guild = parseStoredGuildSettings(stored?.settings ?? {}, { lenient: true }).settings
  const { parse_threads: everywhere } = resolveGuildSettings({ instance, guild })
  return ({ settings }) => {
    if (everywhere) return true
    const channel = parseStoredChannelSettings(settings, { lenient: true }).settings
    return resolveChannelSettings({ instance, guild, channel }).include_threads
  }
}
