import { parseSnowflake } from '@dcs/shared/core'
import {
  addCoverage,
  findChannel,
  notifyClips,
  storeClips,
  touchChannelActivity,
  transaction,
  updateChannelProgress,
  upsertChannelsForGuild,
  type BotChannel,
} from '@dcs/shared/db'
import { avatarUrl, toDiscordFailure } from '@dcs/shared/discord'
import { clipsIn, isThread } from '@dcs/shared/domain'
import { LIVE_PRIORITY } from '@dcs/shared/jobs'
import { Routes, type GatewayMessageCreateDispatchData } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import { toChannelSnapshot, type RawChannel } from '../gateway/snapshots.ts'
import { GapCloser } from './gap-closer.ts'
import { findLiveRules } from './rules.ts'

/**
 * Takes live messages in: clips, jobs and coverage commit together. Messages of one channel are handled one after another; channels do not wait for
 * each other. Between two messages handled without a gap in one gateway session, everything is covered.
 */
export class LiveCapture {
  /** Requests scans of what could not be taken in. */
  readonly gaps: GapCloser
  readonly #context: BotContext
  readonly #tails = new Map<string, Promise<void>>()
  /** Highest id known to be seen or older than this session, per channel. */
  readonly #floor = new Map<string, bigint>()
  readonly #channelsOf = new Map<string, Set<string>>()

  constructor(context: BotContext) {
    this.#context = context
    this.gaps = new GapCloser(context)
  }

  /** A session begins: what is newer than this arrives live. */
  beginChannel(guildId: string, channelId: string, lastMessageId: string | null): void {
    this.#noteChannel(guildId, channelId)
    this.#raiseFloor(channelId, BigInt(lastMessageId ?? 0))
  }

  /** The channel cannot be seen any more: what is posted meanwhile does not arrive, so what comes later does not join to what came before. */
  async loseChannel(channelId: string): Promise<void> {
    await this.#tails.get(channelId)
    this.#floor.delete(channelId)
  }

  /** Whether messages of a channel arrive without a gap. */
  follows(channelId: string): boolean {
    return this.#floor.has(channelId)
  }

  /** The session was lost, or the guild is out of sight: when what arrived is handled, what comes next does not join to it. */
  async forgetGuild(guildId: string): Promise<void> {
    const channelIds = [...(this.#channelsOf.get(guildId) ?? [])]
    this.#channelsOf.delete(guildId)
    await Promise.all(channelIds.map((channelId) => this.loseChannel(channelId)))
  }

  /** Queues a message behind those of its channel. */
  onMessage(message: GatewayMessageCreateDispatchData): void {
    if (message.guild_id !== undefined) this.#noteChannel(message.guild_id, message.channel_id)
    this.afterMessages(message.channel_id, () =>
      this.#handle(message).catch((error: unknown) => this.#onFailure(message, error)),
    )
  }

  /** Does what must come after all messages of a channel that have arrived, and before those that come later. */
  afterMessages(channelId: string, work: () => Promise<void>): void {
    const tail = (this.#tails.get(channelId) ?? Promise.resolve())
      .then(work)
      .catch((err: unknown) => this.#context.log.error({ err, channelId }, 'a live event could not be handled'))
      .finally(() => {
        if (this.#tails.get(channelId) === tail) this.#tails.delete(channelId)
      })
    this.#tails.set(channelId, tail)
  }

  /** Resolves when all messages that have arrived are handled. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values())
  }

  async #handle(message: GatewayMessageCreateDispatchData): Promise<void> {
    const { guild_id: guildId, channel_id: channelId, id } = message
    if (guildId === undefined) return
    const channel = await this.#channel(guildId, channelId)
    const parent = isThread(channel.type) && channel.parentId ? await findChannel(channel.parentId) : null
    const rules = await findLiveRules(this.#context, channel, parent)
    const floor = this.#floor.get(channelId)
    this.#raiseFloor(channelId, BigInt(id))
    if (!rules) return
    const found = clipsIn(message, rules.clips)
    await transaction(async (tx) => {
      const clips = found.map((clip) => ({
        ...clip,
        guildId,
        authorAvatar: clip.authorId
          ? avatarUrl(this.#context.config.discord.cdnHosts, clip.authorId, clip.authorAvatarHash)
          : null,
      }))
      const added = await storeClips(clips, () => rules.dailyCap, tx)
      const payloads = added.map((clipId) => ({ clipId: parseSnowflake(clipId) }))
      await this.#context.queue.enqueue('fetch-clip', payloads, tx, { priority: LIVE_PRIORITY })
      // The channel before its coverage: the order in which everybody locks them.
      await updateChannelProgress(channelId, id, 1, tx)
      await touchChannelActivity(channelId, tx)
      await addCoverage(
        channelId,
        { low: floor === undefined || floor >= BigInt(id) ? BigInt(id) : floor + 1n, high: BigInt(id) },
        tx,
      )
      if (added.length > 0) await notifyClips({ guildId, channelId }, tx)
    })
    if (found.length > 0)
      this.#context.log.info({ guildId, channelId, messageId: id, clips: found.length }, 'live clips taken in')
  }

  /** A message that could not be stored stays uncovered, and a scan reads it again. */
  #onFailure(message: GatewayMessageCreateDispatchData, error: unknown): void {
    const { channel_id: channelId, id } = message
    this.#floor.set(channelId, BigInt(id))
    this.#context.log.error(
      { err: error, channelId, messageId: id },
      'a live message could not be stored; a scan will read it',
    )
    this.gaps.scan(channelId)
  }

  #noteChannel(guildId: string, channelId: string): void {
    const channels = this.#channelsOf.get(guildId)
    if (channels) channels.add(channelId)
    else this.#channelsOf.set(guildId, new Set([channelId]))
  }

  /** Events of one channel can overtake each other at a login; the floor only rises. */
  #raiseFloor(channelId: string, id: bigint): void {
    const floor = this.#floor.get(channelId)
    if (floor === undefined || id > floor) this.#floor.set(channelId, id)
  }

  /** The stored channel; one that is not stored yet (its event comes later) is fetched and stored. */
  async #channel(guildId: string, channelId: string): Promise<BotChannel> {
    const stored = await findChannel(channelId)
    if (stored) return stored
    try {
      const raw = (await this.#context.rest.get(Routes.channel(channelId))) as RawChannel
      await upsertChannelsForGuild(guildId, [toChannelSnapshot(raw)])
    } catch (error) {
      throw toDiscordFailure(error, `reading channel ${channelId}`)
    }
    const added = await findChannel(channelId)
    if (added) return added
    throw new Error(`Channel ${channelId} could not be stored.`)
  }
}
