import { MINUTE, SECOND, sleep } from '@dcs/shared/core'
import {
  findChannel,
  forgetMembers,
  isDataError,
  markGuildLeft,
  markGuildUnavailable,
  markOtherGuildsLeft,
  noteAllowedChannels,
  noteHiddenChannels,
  noteNewestMessages,
  noteSeenChannels,
  transaction,
  upsertChannels,
} from '@dcs/shared/db'
import { cancelScans } from '@dcs/shared/jobs'
import { isHiddenChannel } from '@dcs/shared/discord'
import type { GatewayGuildCreateDispatchData, GatewayReadyDispatchData } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import { newestMessages, toChannelSnapshot, visibleChannels, type RawChannel } from '../gateway/snapshots.ts'
import { BotAccess } from './bot-access.ts'
import type { GapCloser } from './gap-closer.ts'
import type { LiveCapture } from './live-capture.ts'
import { Logins } from './logins.ts'
import type { MemberNews } from './member-news.ts'
import { readNewChannels } from './new-channels.ts'
import { HIDDEN, storeGuilds } from './store-guilds.ts'

/** Discord sends the guilds one by one after Ready; one that does not come (an outage) must not hold up the others for longer. */
const ARRIVAL_TIMEOUT_MS = 15 * SECOND

/** Guilds that arrived are not held back longer than this for one that does not. */
const QUIET_MS = SECOND / 2

const RETRY_DELAYS_MS = [SECOND, 5 * SECOND, 15 * SECOND, MINUTE]

type Batch = { guilds: Map<string, GatewayGuildCreateDispatchData>; stored: PromiseWithResolvers<void> }

/** Keeps the stored guilds and channels those of Discord. Guilds that arrive together are stored together, in a constant number of statements. */
export class GuildSync {
  readonly #context: BotContext
  readonly #capture: LiveCapture
  readonly #news: MemberNews
  readonly #access: BotAccess
  readonly #gaps: GapCloser
  readonly #logins = new Logins()
  readonly #timers = new Map<number, NodeJS.Timeout>()
  readonly #first = Promise.withResolvers<void>()
  #batch: Batch = newBatch()
  #quiet: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #isSynced = false
  readonly #stopping = new AbortController()

  constructor(context: BotContext, capture: LiveCapture, news: MemberNews) {
    this.#context = context
    this.#capture = capture
    this.#news = news
    this.#access = new BotAccess(context)
    this.#gaps = capture.gaps
    this.#first.promise.then(
      () => {
        this.#isSynced = true
      },
      () => {},
    )
  }

  /** Resolves when all guilds of the first session of every shard are stored, and the scans of what was missed requested. */
  get firstSync(): Promise<void> {
    return this.#first.promise
  }

  /** Resolves when what has arrived is stored and what was missed is requested. */
  async idle(): Promise<void> {
    await this.#work
    await this.#gaps.idle()
  }

  /** Stores what has arrived and waits for nothing any more: what could not be stored is there again in the next session. */
  stop(): void {
    this.#stopping.abort(new Error('The bot stops.'))
    clearTimeout(this.#quiet)
    this.hurry()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#gaps.stop()
  }

  /** A session of a shard begins: what was posted since the last one may be lost. Guilds that no shard is in any more were left while we were away. */
  async onReady(ready: GatewayReadyDispatchData): Promise<void> {
    const { shardId, before } = this.#logins.begin(ready)
    await Promise.all(before.map((guildId) => this.#capture.forgetGuild(guildId)))
    clearTimeout(this.#timers.get(shardId))
    const giveUp = () => {
      // A guild in an outage is in the list of the session and does not come.
      for (const guildId of this.#logins.giveUp(shardId))
        markGuildUnavailable(guildId).catch((error: unknown) =>
          this.#context.log.error({ err: error, guildId }, 'an outage could not be noted'),
        )
      this.#flush()
    }
    this.#timers.set(shardId, setTimeout(giveUp, ARRIVAL_TIMEOUT_MS).unref())
    this.#run('noting guilds the bot has left', async () => {
      const guildIds = this.#logins.guildIds
      if (guildIds === null) return
      for (const guildId of await markOtherGuildsLeft(guildIds)) await this.#endWork(guildId)
    }).catch(() => {})
    if (this.#logins.isComplete) this.#flush()
  }

  /** A guild of the session, or one the bot was just invited to, or one back from an outage. Resolves when it is stored. */
  async onGuild(guild: GatewayGuildCreateDispatchData): Promise<void> {
    this.#access.learn(guild)
    await this.#capture.forgetGuild(guild.id)
    for (const channel of visibleChannels(guild))
      this.#capture.beginChannel(guild.id, channel.id, channel.last_message_id ?? null)
    this.#batch.guilds.set(guild.id, guild)
    this.#logins.arrive(guild.id)
    const { stored } = this.#batch
    clearTimeout(this.#quiet)
    if (this.#logins.isComplete) this.#flush()
    else this.#quiet = setTimeout(() => this.#flush(), QUIET_MS).unref()
    await stored.promise
  }

  /** Stores what has arrived now, because an event of the guild (of any, when none is named) waits for it. */
  hurry(guildId?: string): void {
    if (this.#batch.guilds.size > 0 && (guildId === undefined || this.#batch.guilds.has(guildId))) this.#flush()
  }

  /** Events of a shard did not come: what comes next does not join to what came before, until a new session tells what there is. */
  async onMissed(shardId: number): Promise<void> {
    this.#news.endShard(shardId)
    await Promise.all(this.#logins.guildsOf(shardId).map((guildId) => this.#capture.forgetGuild(guildId)))
  }

  /** Discord cannot serve a guild now: nothing of it arrives, and nobody sees it, until it comes back. */
  async onOutage(guildId: string): Promise<void> {
    this.#news.end([guildId])
    await markGuildUnavailable(guildId)
    await this.#capture.forgetGuild(guildId)
    this.#logins.arrive(guildId)
    if (this.#logins.isComplete) this.#flush()
  }

  /** The bot was removed from a guild. What was kept of it stays; what waits or runs there ends. */
  async onLeave(guildId: string): Promise<void> {
    this.#news.end([guildId])
    await this.#capture.forgetGuild(guildId)
    this.#logins.leave(guildId)
    if (this.#logins.isComplete) this.#flush()
    await markGuildLeft(guildId)
    await this.#endWork(guildId)
  }

  /**
   * A channel or thread came or changed. What Discord hides stays as it is stored. A channel that is seen for the first time in this session (new, or
   * access was gained) is followed from now on, and what it held before is scanned.
   */
  async onChannel(guildId: string, channel: RawChannel): Promise<void> {
    if (isHiddenChannel(channel)) return this.#lose(channel.id)
    const parent = channel.parent_id ? await findChannel(channel.parent_id) : null
    const isNew = !this.#capture.follows(channel.id)
    const seenAgain = await transaction(async (tx) => {
      const snapshot = { ...toChannelSnapshot(channel, parent?.availableTags ?? null), guildId }
      const added = await upsertChannels([snapshot], tx)
      if (added.length > 0) await readNewChannels(this.#context, [snapshot], tx)
      await noteNewestMessages(newestMessages([channel], parent?.type ?? null), tx)
      // Only who is in a private thread hears of it.
      if (isNew && snapshot.type === 'private_thread') await noteAllowedChannels([channel.id], tx)
      return noteSeenChannels([channel.id], tx)
    })
    if (isNew) this.#capture.beginChannel(guildId, channel.id, channel.last_message_id ?? null)
    if (isNew || seenAgain.length > 0) this.#gaps.close(guildId)
    if (channel.thread_metadata === undefined) await this.onAccessChange(guildId)
  }

  /** Roles, overwrites or the bot's own roles changed: what could not be read for want of a permission is tried again when the bot has it. */
  async onAccessChange(guildId: string): Promise<void> {
    for (const id of await this.#access.retryForbidden([guildId])) this.#gaps.close(id)
  }

  /** The bot's own roles changed. */
  async onOwnRoles(guildId: string, roleIds: readonly string[]): Promise<void> {
    this.#access.setRoles(guildId, roleIds)
    await this.onAccessChange(guildId)
  }

  async #lose(channelId: string): Promise<void> {
    await this.#capture.loseChannel(channelId)
    for (const id of await noteHiddenChannels([channelId], HIDDEN)) await this.#capture.loseChannel(id)
  }

  async #endWork(guildId: string): Promise<void> {
    await forgetMembers(guildId)
    await cancelScans(this.#context.queue, { guildId, channelIds: null })
  }

  #flush(): void {
    const { guilds, stored } = this.#batch
    this.#batch = newBatch()
    const isFirst = this.#logins.isComplete && this.#logins.guildIds !== null
    this.#run('storing guilds', () => this.#storePatiently([...guilds.values()])).then(stored.resolve, stored.reject)
    stored.promise.catch(this.#first.reject)
    if (isFirst) stored.promise.then(() => this.#gaps.idle()).then(this.#first.resolve, this.#first.reject)
  }

  /** A bot that is up tries until the database takes the guilds; a start that fails says so. */
  async #storePatiently(guilds: readonly GatewayGuildCreateDispatchData[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#store(guilds)
      } catch (error) {
        if (!this.#isSynced || isDataError(error)) throw error
        const delayMs = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? MINUTE
        this.#context.log.error({ err: error, delayMs }, 'guilds could not be stored; trying again')
        await sleep(delayMs, this.#stopping.signal)
      }
    }
  }

  async #store(guilds: readonly GatewayGuildCreateDispatchData[]): Promise<void> {
    if (guilds.length === 0) return
    await storeGuilds(this.#context, guilds)
    const guildIds = guilds.map(({ id }) => id)
    await this.#news.begin(guildIds)
    await this.#access.retryForbidden(guildIds)
    for (const guildId of guildIds) this.#gaps.close(guildId)
  }

  /** One after another: what arrives while something is being stored waits. */
  #run(what: string, work: () => Promise<void>): Promise<void> {
    const result = this.#work.then(work)
    this.#work = result.catch((error: unknown) => this.#context.log.error({ err: error }, `${what} failed`))
    return result
  }
}

function newBatch(): Batch {
  return { guilds: new Map(), stored: Promise.withResolvers<void>() }
}
