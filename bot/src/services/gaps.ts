import { AppError } from '@dcs/shared/core'
import {
  database,
  listChannelsByIds,
  listChannelsWithGaps,
  listGuildSettings,
  resolveChannelRules,
  type BotChannel,
} from '@dcs/shared/db'
import { isThread } from '@dcs/shared/domain'
import { requestGuildScan, type GuildScanAnswer } from '@dcs/shared/jobs'
import type { BotContext } from '../context.ts'

/**
 * Requests a scan of every channel and thread of these guilds that is read and holds something unread, as the ledger of what was read tells: what was
 * missed, what a failed scan left, or a first reading. Returns how many scans of channels were added.
 */
export async function closeGaps(context: BotContext, guildIds: readonly string[]): Promise<number> {
  return requestChannels(context, await listReadOnes(context, await listChannelsWithGaps(guildIds)))
}

/** Requests scans of these channels and threads alone; those with one under way are joined. Returns how many were added. */
export async function requestChannelScans(context: BotContext, channelIds: readonly string[]): Promise<number> {
  return requestChannels(context, await listChannelsByIds(channelIds))
}

/** Requests a re-check of each of these channels. Returns those where another scan is under way, which may have passed what is to be looked at. */
export async function requestRechecks(context: BotContext, channelIds: readonly string[]): Promise<string[]> {
  const busy: string[] = []
  for (const { channelId, guildId } of await listChannelsByIds(channelIds)) {
    const answer = await request(context, guildId, 'recheck', [channelId])
    if (answer?.created === false) busy.push(channelId)
  }
  return busy
}

async function requestChannels(context: BotContext, channels: readonly BotChannel[]): Promise<number> {
  let added = 0
  for (const [guildId, wanted] of Map.groupBy(channels, (channel) => channel.guildId)) {
    const channelIds = wanted.map(({ channelId }) => channelId)
    added += (await request(context, guildId, 'complete', channelIds))?.runs.length ?? 0
  }
  return added
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
