import {
  findGuild,
  noteAllowedChannels,
  listChannelsByIds,
  listForbiddenChannels,
  listRoles,
  type BotChannel,
} from '@dcs/shared/db'
import { fetchMemberRoles } from '@dcs/shared/discord'
import { isThread, canReadChannel } from '@dcs/shared/domain'
import type { GatewayGuildCreateDispatchData } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'

/** What the bot may read in its guilds, as far as roles and overwrites tell. */
export class BotAccess {
  readonly #context: BotContext
  readonly #roleIds = new Map<string, readonly string[]>()

  constructor(context: BotContext) {
    this.#context = context
  }

  /** Takes the bot's own roles from a guild as it arrives. */
  learn({ id, members }: GatewayGuildCreateDispatchData): void {
    const own = members.find(({ user }) => user.id === this.#context.identity.userId)
    if (own) this.#roleIds.set(id, own.roles)
  }

  setRoles(guildId: string, roleIds: readonly string[]): void {
    this.#roleIds.set(guildId, roleIds)
  }

  /** Has channels that could not be read for want of a permission tried again where the bot has it now. Returns their guilds. */
  async retryForbidden(guildIds: readonly string[]): Promise<string[]> {
    const { userId } = this.#context.identity
    const forbidden = Map.groupBy(await listForbiddenChannels(guildIds), ({ guildId }) => guildId)
    if (userId === null) return []
    const retried: string[] = []
    for (const [guildId, channels] of forbidden) {
      const readable = await this.#readable(guildId, userId, channels)
      if (readable.length === 0) continue
      await noteAllowedChannels(readable)
      retried.push(guildId)
    }
    return retried
  }

  async #readable(guildId: string, userId: string, channels: readonly BotChannel[]): Promise<string[]> {
    const guild = await findGuild(guildId)
    const roleIds = this.#roleIds.get(guildId) ?? (await fetchMemberRoles(this.#context.rest, guildId, userId))
    if (!guild || roleIds === null) return []
    const facts = { guildId, ownerId: guild.discordOwnerId, roles: await listRoles(guildId) }
    const parentIds = channels.flatMap(({ type, parentId }) => (isThread(type) && parentId ? [parentId] : []))
    const parents = new Map((await listChannelsByIds(parentIds)).map((parent) => [parent.channelId, parent]))
    return channels.flatMap((channel) => {
      const parent = parents.get(channel.parentId ?? '')
      return canReadChannel(facts, { userId, roleIds }, channel, { parent }) ? [channel.channelId] : []
    })
  }
}
