import { SECOND } from '@dcs/shared/core'
import {
  ensureSettingsOfGuilds,
  markOtherGuildsLeft,
  setChannelsReading,
  syncGuilds,
  transaction,
  upsertChannels,
  type Executor,
} from '@dcs/shared/db'
import { channelTypeName, hasMessages } from '@dcs/shared/domain'
import type { GatewayGuildCreateDispatchData, GatewayReadyDispatchData } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import { isHidden, rawChannels, toChannelSnapshot, toGuildSnapshot, type RawChannel } from '../gateway/snapshots.ts'
import { closeGaps } from './gaps.ts'
import type { LiveCapture } from './live-capture.ts'
import { guildsReadingByDefault } from './rules.ts'

/** Discord sends the guilds one by one after Ready; one that does not come (an outage) must not hold up the others for longer. */
const ARRIVAL_TIMEOUT_MS = 15 * SECOND

/** Keeps the stored guilds and channels those of Discord. All guilds of a login are stored together, in a constant number of statements. */
export class GuildSync {
  readonly #context: BotContext
  readonly #capture: LiveCapture
  #awaited = new Set<string>()
  #arrived: GatewayGuildCreateDispatchData[] = []
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  readonly #first = Promise.withResolvers<void>()

  constructor(context: BotContext, capture: LiveCapture) {
    this.#context = context
    this.#capture = capture
  }

  /** Resolves when all guilds of the first login are stored. */
  get firstSync(): Promise<void> {
    return this.#first.promise
  }

  /** Resolves when what has arrived is stored. */
  async idle(): Promise<void> {
    await this.#work
  }

  /** A login begins. Its guild list is complete: guilds not in it were left while we were away. */
  onReady(ready: GatewayReadyDispatchData): void {
    clearTimeout(this.#timer)
    this.#capture.forgetSession()
    this.#awaited = new Set(ready.guilds.map(({ id }) => id))
    this.#arrived = []
    const guildIds = ready.guilds.map(({ id }) => id)
    void this.#run('noting left guilds', () => markOtherGuildsLeft(guildIds))
    if (this.#awaited.size === 0) this.#flush()
    else this.#timer = setTimeout(() => this.#flush(), ARRIVAL_TIMEOUT_MS)
  }

  /** A guild of the login, or one the bot was just invited to, or one back from an outage. */
  onGuild(guild: GatewayGuildCreateDispatchData): void {
    for (const channel of rawChannels(guild)) this.#capture.beginChannel(channel.id, channel.last_message_id ?? null)
    this.#arrived.push(guild)
    this.#awaited.delete(guild.id)
    if (this.#awaited.size === 0) this.#flush()
  }

  /** A guild of the login that Discord cannot serve now; it comes later. */
  onOutage(guildId: string): void {
    if (this.#awaited.delete(guildId) && this.#awaited.size === 0) this.#flush()
  }

  /**
   * A channel or thread came or changed. What Discord hides stays as it is stored. A channel that is seen for the first time in this session (new, or
   * access was gained) is followed from now on, and what it held before is scanned.
   */
  async onChannel(guildId: string, channel: RawChannel): Promise<void> {
    await this.idle()
    if (isHidden(channel)) return this.#capture.loseChannel(channel.id)
    await transaction(async (tx) => {
      const added = await upsertChannels([{ ...toChannelSnapshot(channel), guildId }], tx)
      if (added.length > 0) await this.#readNewChannels([{ guildId, channel }], tx)
    })
    if (this.#capture.follows(channel.id)) return
    this.#capture.beginChannel(channel.id, channel.last_message_id ?? null)
    await closeGaps(this.#context, [channel])
  }

  #flush(): void {
    clearTimeout(this.#timer)
    const guilds = this.#arrived
    this.#arrived = []
    this.#awaited.clear()
    this.#run('storing guilds', () => this.#store(guilds)).then(this.#first.resolve, this.#first.reject)
  }

  async #store(guilds: readonly GatewayGuildCreateDispatchData[]): Promise<void> {
    const { config, log } = this.#context
    const begun = performance.now()
    const channels = guilds.flatMap((guild) => rawChannels(guild).map((channel) => ({ guildId: guild.id, channel })))
    // A channel that is stored is not new any more: whether it is read must be stored with it.
    const added = await transaction(async (tx) => {
      const ids = await syncGuilds(
        guilds.map((guild) => toGuildSnapshot(guild, config.discord.cdnHosts)),
        tx,
      )
      await ensureSettingsOfGuilds(
        guilds.map(({ id }) => id),
        {},
        tx,
      )
      const fresh = new Set(ids)
      await this.#readNewChannels(
        channels.filter(({ channel }) => fresh.has(channel.id)),
        tx,
      )
      return fresh
    })
    const scans = await closeGaps(
      this.#context,
      channels.map(({ channel }) => channel),
    )
    const durationMs = Math.round(performance.now() - begun)
    log.info(
      { guilds: guilds.length, channels: channels.length, newChannels: added.size, scans, durationMs },
      'guilds stored',
    )
  }

  /** New channels are read from the start where the guild's settings say so. */
  async #readNewChannels(added: readonly { guildId: string; channel: RawChannel }[], tx: Executor): Promise<void> {
    if (added.length === 0) return
    const guilds = await guildsReadingByDefault(this.#context, [...new Set(added.map(({ guildId }) => guildId))], tx)
    const chosen = added.filter(
      ({ guildId, channel }) => guilds.has(guildId) && hasMessages(channelTypeName(channel.type)),
    )
    if (chosen.length > 0) {
      await setChannelsReading(
        chosen.map(({ channel }) => channel.id),
        true,
        tx,
      )
    }
  }

  /** One after another: a login that comes while another is being stored waits. */
  #run(what: string, work: () => Promise<void>): Promise<void> {
    const result = this.#work.then(work)
    this.#work = result.catch((error: unknown) => this.#context.log.error({ err: error }, `${what} failed`))
    return result
  }
}
