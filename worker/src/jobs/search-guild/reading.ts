import { SECOND } from '@dcs/shared/core'
import { database, type ChannelRules, type Executor } from '@dcs/shared/db'
import { findReadChannels, type ReadChannel } from '@dcs/shared/jobs'
import type { WorkerContext } from '../../context.ts'

/** How long what was read of the settings holds: switching a channel off works within this. */
const HOLDS_MS = 5 * SECOND

/** Which channels of a guild are read, and how. */
export type Reading = {
  channels: () => readonly ReadChannel[]
  /** Null for a channel that is not read. */
  rulesOf: (channelId: string) => ChannelRules | null
  /** Reads it from the database again: at once, or only when it is old. */
  refresh: (db?: Executor) => Promise<void>
  refreshWhenOld: () => Promise<void>
}

/** Looks up which channels of a guild are read. */
export async function openReading(context: WorkerContext, guildId: string): Promise<Reading> {
  const discord = { cdnHosts: context.cdnHosts, botUserId: await context.botUserId() }
  let channels = new Map<string, ReadChannel>()
  let readAt = 0
  const refresh = async (db: Executor = database()) => {
    const read = await findReadChannels(guildId, { settings: context.settings, discord }, db)
    channels = new Map(read.map((one) => [one.channel.channelId, one]))
    readAt = performance.now()
  }
  await refresh()
  return {
    channels: () => [...channels.values()],
    rulesOf: (channelId) => channels.get(channelId)?.rules ?? null,
    refresh,
    refreshWhenOld: async () => {
      if (performance.now() - readAt > HOLDS_MS) await refresh()
    },
  }
}
