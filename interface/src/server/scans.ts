import { AppError, parseSnowflake, snowflakeToDate } from '@dcs/shared/core'
import {
  countClipsByChannel,
  listChannelsByIds,
  listNewestScans,
  markScanCanceled,
  notifyScan,
  requestScan,
  setChannelReading,
  transaction,
  type BotChannel,
  type ScanRun,
} from '@dcs/shared/db'
import { hasMessages, mayManage } from '@dcs/shared/domain'
import type { ChannelScanItem, GuildScans } from '../lib/api-types.ts'
import type { Context } from './context.ts'
import { toGuildItem } from './guild-item.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

/** The state of every channel of a guild that the viewer may read, in Discord's order. */
export async function listScans(own: ViewerGuild): Promise<GuildScans> {
  const channels = messageChannels(own)
  const ids = channels.map(({ channelId }) => channelId)
  const [stored, runs, counts] = await Promise.all([
    listChannelsByIds(ids),
    listNewestScans(ids),
    countClipsByChannel(own.access),
  ])
  const isReading = new Map(stored.map((channel) => [channel.channelId, channel.isReading]))
  const runOf = new Map(runs.map((run) => [run.channelId, run]))
  const byId = new Map(own.channels.map((channel) => [channel.channelId, channel]))
  const items = channels.map((channel): ChannelScanItem => {
    const clips = { ready: 0, pending: 0, failed: 0 }
    for (const count of counts) if (count.channelId === channel.channelId) clips[count.state] = count.count
    const parent = byId.get(channel.parentId ?? '')
    return {
      channelId: channel.channelId,
      channelName: channel.name,
      channelType: channel.type,
      categoryName: parent?.name ?? null,
      isReading: isReading.get(channel.channelId) ?? false,
      clips,
      ...toRunState(runOf.get(channel.channelId), channel),
    }
  })
  return { guild: toGuildItem(own), channels: items }
}

/**
 * Starts reading these channels, or all the viewer may read, and turns live reading of them on; runs and jobs commit together. A channel that is being
 * read already stays as it is. Returns how many runs were added. Throws `forbidden` for somebody who does not manage the guild.
 */
export async function startScans(
  context: Context,
  viewer: Viewer,
  own: ViewerGuild,
  channelIds: readonly string[] | undefined,
): Promise<number> {
  requireManage(own)
  const channels = pickChannels(own, channelIds)
  const queue = await context.queue()
  return transaction(async (tx) => {
    let added = 0
    // In one order everywhere, so that two managers who press the button at once do not deadlock.
    for (const channel of channels.toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1))) {
      await setChannelReading(channel.channelId, true, tx)
      const run = await requestScan(channel.channelId, viewer.userId, tx)
      if (!run?.created) continue
      added += 1
      const payload = {
        runId: run.runId,
        guildId: parseSnowflake(channel.guildId),
        channelId: parseSnowflake(channel.channelId),
      }
      await queue.enqueue('scan-channel', [payload], tx)
    }
    await notifyScan(own.guild.guildId, tx)
    return added
  })
}

/** Stops what is queued or running in these channels, or in all. Returns how many runs were stopped. */
export async function cancelScans(own: ViewerGuild, channelIds: readonly string[] | undefined): Promise<number> {
  requireManage(own)
  const runs = await listNewestScans(pickChannels(own, channelIds).map(({ channelId }) => channelId))
  const active = runs.filter((run) => run.status === 'queued' || run.status === 'running')
  const stopped = await Promise.all(active.map((run) => markScanCanceled(run.id)))
  await notifyScan(own.guild.guildId)
  return stopped.filter(Boolean).length
}

function requireManage(own: ViewerGuild): void {
  if (mayManage(own.access)) return
  throw new AppError('forbidden', 'not a manager', {
    publicMessage: 'Only people with the permission Manage Server may start or stop scans.',
  })
}

function pickChannels(own: ViewerGuild, channelIds: readonly string[] | undefined): BotChannel[] {
  const all = messageChannels(own)
  if (channelIds === undefined) return all
  const wanted = new Set(channelIds)
  const picked = all.filter(({ channelId }) => wanted.has(channelId))
  if (picked.length === wanted.size) return picked
  throw new AppError('not-found', 'a channel is not readable', {
    publicMessage: 'channelIds: one of these channels does not exist, or you may not read it.',
  })
}

function messageChannels(own: ViewerGuild): BotChannel[] {
  const byId = new Map(own.channels.map((channel) => [channel.channelId, channel]))
  const rank = (channel: BotChannel) => [
    byId.get(channel.parentId ?? '')?.position ?? -1,
    channel.position ?? Number.MAX_SAFE_INTEGER,
  ]
  return own.channels
    .filter(({ type }) => hasMessages(type))
    .toSorted((a, b) => {
      const [[p = 0, q = 0], [r = 0, s = 0]] = [rank(a), rank(b)]
      return p - r || q - s || (a.name ?? '').localeCompare(b.name ?? '')
    })
}

function toRunState(run: ScanRun | undefined, channel: BotChannel) {
  const readBackTo = run?.beforeMessageId ? snowflakeToDate(run.beforeMessageId) : null
  return {
    status: run?.status ?? ('never' as const),
    runId: run?.id ?? null,
    messagesScanned: run?.messagesScanned ?? 0,
    clipsFound: run?.messagesMatched ?? 0,
    readBackTo: readBackTo?.toISOString() ?? null,
    progress: run && readBackTo ? toProgress(run, channel, readBackTo) : null,
    error: run?.status === 'failed' ? (run.errorMessage ?? 'It ended without saying why.') : null,
    startedAt: run?.startedAt?.toISOString() ?? null,
    finishedAt: run?.finishedAt?.toISOString() ?? null,
  }
}

// How many messages there are is not known; how much of the channel's time has been read is.
function toProgress(run: ScanRun, channel: BotChannel, readBackTo: Date): number {
  const born = snowflakeToDate(channel.channelId).getTime()
  const life = run.createdAt.getTime() - born
  if (life <= 0) return 1
  return Math.min(1, Math.max(0, (run.createdAt.getTime() - readBackTo.getTime()) / life))
}
