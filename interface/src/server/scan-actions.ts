import {
  getChannelsByGuild,
  notifyScan,
  recordAudit,
  setChannelsReading,
  transaction,
  type Transaction,
} from '@dcs/shared/db'
import { isThread } from '@dcs/shared/domain'
import { cancelScans, pauseScans, requestGuildScan, resumeScans } from '@dcs/shared/jobs'
import type { ScanMode } from '../lib/api-types.ts'
import type { Context } from './context.ts'
import { instanceSettings } from './instance-settings.ts'
import { pickChannels, requireManage, topChannels } from './scan-channels.ts'
import { actorOf } from './via.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

/** A scan that somebody asks for. Without channels: all that are switched on, or with `switchOn` all that the viewer may read. */
export type StartRequest = {
  mode: ScanMode
  channelIds?: readonly string[] | undefined
  switchOn?: boolean | undefined
}

/**
 * Starts a scan; channels that are named are switched on with it. `created` false: one under way does the same already. Throws `forbidden` for
 * somebody who does not manage the guild, `not-found` for a channel they may not read and `conflict` when there is nothing to scan.
 */
export async function startScan(
  context: Context,
  viewer: Viewer,
  own: ViewerGuild,
  { mode, channelIds, switchOn = false }: StartRequest,
): Promise<{ created: boolean; started: number }> {
  requireManage(own)
  const picked = channelIds ? pickChannels(own, channelIds) : switchOn ? topChannels(own) : null
  const answer = await requestGuildScan(await context.queue(), {
    guildId: own.guild.guildId,
    mode,
    channelIds: picked?.map(({ channelId }) => channelId) ?? null,
    requestedBy: viewer.userId,
    startReading: true,
    by: actorOf(viewer),
    settings: await instanceSettings(),
  })
  return { created: answer.created, started: answer.runs.length }
}

const CONTROLS = { pause: pauseScans, resume: resumeScans, cancel: cancelScans }

/** Pauses, resumes or cancels what waits or runs in these channels, or in all of the guild. Returns how many runs and searches that were. */
export async function controlScans(
  context: Context,
  viewer: Viewer,
  own: ViewerGuild,
  action: keyof typeof CONTROLS,
  channelIds: readonly string[] | undefined,
): Promise<number> {
  requireManage(own)
  const scope = {
    guildId: own.guild.guildId,
    channelIds: channelIds ? pickChannels(own, channelIds).map(({ channelId }) => channelId) : null,
  }
  const queue = await context.queue()
  return transaction(async (tx) => {
    const { runs, searches } = await CONTROLS[action](queue, scope, tx)
    const { guildId, channelIds: ids } = scope
    const details = { channels: ids?.length ?? 'all' }
    await recordAudit({ guildId, ...actorOf(viewer), action: `scan.${action}`, target: guildId, details }, tx)
    return runs + searches
  })
}

/** Switches reading of these channels on or off. What was kept stays and nothing is scanned; off, what reads them or their threads ends. */
export async function switchChannels(
  context: Context,
  viewer: Viewer,
  own: ViewerGuild,
  channelIds: readonly string[],
  isReading: boolean,
): Promise<void> {
  requireManage(own)
  const { guildId } = own.guild
  const ids = pickChannels(own, channelIds).map(({ channelId }) => channelId)
  const queue = await context.queue()
  await transaction(async (tx) => {
    if (!isReading) await cancelScans(queue, { guildId, channelIds: await withThreads(guildId, ids, tx) }, tx)
    await setChannelsReading(ids, isReading, tx)
    await notifyScan(
      ids.map((channelId) => ({ guildId, channelId })),
      tx,
    )
    const details = { isReading, channelIds: ids }
    await recordAudit({ guildId, ...actorOf(viewer), action: 'reading.change', target: guildId, details }, tx)
  })
}

/** These channels and their threads that are not switched on by themselves, also those that the viewer may not read. */
async function withThreads(guildId: string, ids: readonly string[], tx: Transaction): Promise<string[]> {
  const all = await getChannelsByGuild(guildId, tx)
  const threads = all.filter(
    ({ type, parentId, isReading }) => isThread(type) && !isReading && ids.includes(parentId ?? ''),
  )
  return [...ids, ...threads.map(({ channelId }) => channelId)]
}
