import { describeError, SECOND, type Logger } from '@dcs/shared/core'
import { beginMemberNews, noteGuildsCurrent, withdrawMemberNews } from '@dcs/shared/db'
import { shardOf } from '../gateway/shard-of.ts'
import type { ShardStates } from '../gateway/shard-states.ts'

/** How often it is said that nothing was missed. */
const INTERVAL_MS = 3 * SECOND
/** Discord answers a heartbeat every 41 s. A connection on which nothing comes for longer may be dead without anybody knowing. */
const MAX_SILENCE_MS = 45 * SECOND

type Options = {
  shards: ShardStates
  /** Whether Discord tells changes of members. */
  isTold: () => boolean
  /** What of a guild has arrived and is not stored yet; null: nothing. */
  pendingOf: (shardId: number, guildId: string) => Promise<unknown> | null
  log: Logger
}

/** Says in the database, for as long as it is so, that every change of a guild, and of its members where Discord tells them, is stored, so that it need not be asked again. */
export type MemberNews = {
  /** The guilds of a session are stored as they are now. What was known of their members before does not count any more. */
  begin: (guildIds: readonly string[]) => Promise<void>
  /** Nothing more is told of these guilds, or something was missed. */
  end: (guildIds: readonly string[]) => void
  /** A session of a shard is over. */
  endShard: (shardId: number) => void
  /** Says it now, as every three seconds. */
  tell: () => Promise<void>
  stop: () => Promise<void>
}

/** Begins to say so every three seconds. */
export function startMemberNews({ shards, isTold, pendingOf, log }: Options): MemberNews {
  const told = new Set<string>()
  let last: Promise<void> = Promise.resolve()
  const open = new Set<Promise<void>>()
  const track = (work: Promise<void>): Promise<void> => {
    const done: Promise<void> = work
      .catch((error: unknown) => log.warn({ reason: describeError(error) }, 'who is told of members was not noted'))
      .finally(() => open.delete(done))
    open.add(done)
    return done
  }
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = track(last.then(work))
    return last
  }
  const areTold = (guildId: string) =>
    told.has(guildId) && shards.isAlive(shardOf(guildId, shards.count), MAX_SILENCE_MS)
  const note = (guildIds: readonly string[], at: number) =>
    noteGuildsCurrent(guildIds.filter(areTold), { ageMs: performance.now() - at, hearsOfMembers: isTold() })
  const tell = async () => {
    const at = performance.now()
    const idle: string[] = []
    for (const guildId of [...told].filter(areTold)) {
      const pending = pendingOf(shardOf(guildId, shards.count), guildId)
      // One that is busy for long must not hold up the others.
      if (pending) void track(pending.then(() => note([guildId], at)))
      else idle.push(guildId)
    }
    await note(idle, at)
  }
  const timer = setInterval(() => void inTurn(tell), INTERVAL_MS).unref()
  const end = (guildIds: readonly string[]) => {
    const ended = guildIds.filter((guildId) => told.delete(guildId))
    if (ended.length > 0) void inTurn(() => withdrawMemberNews(ended))
  }
  return {
    begin: async (guildIds) => {
      await beginMemberNews(guildIds)
      for (const guildId of guildIds) told.add(guildId)
    },
    end,
    endShard: (shardId) => end([...told].filter((guildId) => shardOf(guildId, shards.count) === shardId)),
    tell: () => inTurn(tell),
    stop: async () => {
      clearInterval(timer)
      await Promise.all(open)
    },
  }
}
