import { AppError } from '@dcs/shared/core'
import {
  database,
  listChannelsByIds,
  listChannelsWithGaps,
  listGuildSettings,
  listNewestScans,
  resolveChannelRules,
  type BotChannel,
} from '@dcs/shared/db'
import { isThread } from '@dcs/shared/domain'
import { requestGuildScan, type GuildScanAnswer } from '@dcs/shared/jobs'
import type { BotContext } from '../context.ts'

/** How many scans of channels were added, and the channels where a scan that does something else is under way: they are to be asked for again when it is over. */
export type Requested = { added: number; busyIds: string[] }

/**
 * Requests a scan of every channel and thread of these guilds that is read and holds something unread, as the ledger of what was read tells: what was
 * missed, what a failed scan left, or a first reading.
 */
export async function closeGaps(context: BotContext, guildIds: readonly string[]): Promise<Requested> {
  return requestChannels(context, await listReadOnes(context, await listChannelsWithGaps(guildIds)))
}

/** Requests scans of these channels and threads alone; those with one under way are joined. */
export async function requestChannelScans(context: BotContext, channelIds: readonly string[]): Promise<Requested> {
  return requestChannels(context, await listChannelsByIds(channelIds))
}

/** Requests a re-check of each of these channels. One that is under way may have passed what is to be looked at, so it counts as something else. */
export async function requestRechecks(context: BotContext, channelIds: readonly string[]): Promise<Requested> {
  const result: Requested = { added: 0, busyIds: [] }
  for (const { channelId, guildId } of await listChannelsByIds(channelIds)) {
    const answer = await request(context, guildId, 'recheck', [channelId])
    if (answer?.created === false) result.busyIds.push(channelId)
    else result.added += answer?.runs.length ?? 0
  }
  return result
}

async function requestChannels(context: BotContext, channels: readonly BotChannel[]): Promise<Requested> {
  const result: Requested = { added: 0, busyIds: [] }
  for (const [guildId, wanted] of Map.groupBy(channels, (channel) => channel.guildId)) {
    const channelIds = wanted.map(({ channelId }) => channelId)
    const answer = await request(context, guildId, 'complete', channelIds)
    if (!answer) continue
    result.added += answer.runs.length
    const runs = await listNewestScans(channelIds)
    for (const { channelId, mode, status } of runs)
      if (mode === 'recheck' && (status === 'queued' || status === 'running')) result.busyIds.push(channelId)
  }
  return result
}

/** Null when nothing is there to scan any more: switched off in the meantime. */
async function request(
  { queue, settings, log }: BotContext,
  guildId: string,
  mode: 'complete' | 'recheck',
  channelIds: readonly string[],
): Promise<GuildScanAnswer | null> {
  const scan = { guildId, mode, channelIds, requestedBy: null, withoutThreads: true, settings }
  try {
    return await requestGuildScan(queue, scan, database())
  } catch (error) {
    if (!(error instanceof AppError && (error.code === 'conflict' || error.code === 'not-found'))) throw error
    log.info({ guildId, channels: channelIds.length }, 'nothing to scan any more')
    return null
  }
}

/** Those of the channels that the settings have read, in a constant number of statements. */
async function listReadOnes({ settings }: BotContext, channels: readonly BotChannel[]): Promise<readonly BotChannel[]> {
  if (channels.length === 0) return []
  const stored = await listGuildSettings([...new Set(channels.map(({ guildId }) => guildId))])
  const parentIds = channels.flatMap(({ type, parentId }) => (isThread(type) && parentId !== null ? [parentId] : []))
  const parents = new Map((await listChannelsByIds(parentIds)).map((parent) => [parent.channelId, parent]))
  return channels.filter((channel) => {
    const parent = isThread(channel.type) ? (parents.get(channel.parentId ?? '') ?? null) : null
    const discord = { cdnHosts: [], botUserId: null }
    const rules = resolveChannelRules(settings, stored.get(channel.guildId), channel, parent, discord)
    return rules.isRead && rules.ignoresChannel === null
  })
}
