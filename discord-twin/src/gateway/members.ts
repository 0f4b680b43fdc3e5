import { GatewayDispatchEvents as Events, GatewayIntentBits as Intents, GatewayOpcodes } from 'discord-api-types/v10'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { memberPayload } from '../payloads/accounts.ts'
import type { Guild, Member } from '../world/types.ts'
import { OncePerKey } from './limits.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

const CHUNK = 1000
/** Most members that a search or a list of ids gives. */
const FOUND_MAX = 100
const NONCE_BYTES = 32
const ALL_MEMBERS_MS = 30_000

const zId = z.string().regex(/^\d{1,20}$/)
const zRequest = z
  .object({
    guild_id: zId,
    query: z.string().optional(),
    limit: z.int().min(0).optional(),
    presences: z.boolean().optional(),
    user_ids: z.union([zId.transform((id) => [id]), z.array(zId)]).optional(),
    nonce: z.string().optional(),
  })
  .refine(({ query, user_ids: ids, limit }) => ids !== undefined || (query !== undefined && limit !== undefined))

/** Requests for members of a guild (https://docs.discord.com/developers/events/gateway-events#request-guild-members). */
export class MemberRequests {
  readonly #context: TwinContext
  readonly #sessions: Sessions
  readonly #allMembers: OncePerKey

  constructor(context: TwinContext, sessions: Sessions) {
    this.#context = context
    this.#sessions = sessions
    this.#allMembers = new OncePerKey(context.clock, ALL_MEMBERS_MS)
  }

  /** Answers with chunks, or not at all where Discord stays silent. False when the request is not in Discord's form. */
  answer(session: Session, data: unknown): boolean {
    const parsed = zRequest.safeParse(data)
    if (!parsed.success) return false
    const { guild_id: guildId, query = '', limit = 0, user_ids: ids, presences, nonce } = parsed.data
    const guild = this.#context.world.guilds.get(guildId)
    if (!guild || guild.isUnavailable || !this.#context.world.botGuilds.has(guildId) || !session.owns(guildId))
      return true
    const echo = nonce !== undefined && Buffer.byteLength(nonce) <= NONCE_BYTES ? { nonce } : {}
    const send = (name: Events, payload: unknown) =>
      this.#sessions.deliver(session, { name, guildId, channelId: null, data: () => payload })
    if (!ids && query === '' && limit === 0) {
      if (!session.wants(Intents.GuildMembers)) return true
      const waitMs = this.#allMembers.take(guildId)
      if (waitMs > 0) {
        send(Events.RateLimited, {
          opcode: GatewayOpcodes.RequestGuildMembers,
          retry_after: waitMs / 1000,
          meta: { guild_id: guildId, ...echo },
        })
        return true
      }
    }
    const members = ids ? byIds(guild, ids) : this.#search(guild, query, limit)
    const missing = ids?.slice(0, FOUND_MAX).filter((id) => !guild.members.has(id)) ?? []
    const count = Math.max(1, Math.ceil(members.length / CHUNK))
    for (let index = 0; index < count; index += 1) {
      send(Events.GuildMembersChunk, {
        guild_id: guildId,
        members: members
          .slice(index * CHUNK, (index + 1) * CHUNK)
          .map((member) => memberPayload(this.#context, member)),
        chunk_index: index,
        chunk_count: count,
        ...(missing.length > 0 ? { not_found: missing } : {}),
        ...(presences && session.wants(Intents.GuildPresences) ? { presences: [] } : {}),
        ...echo,
      })
    }
    return true
  }

  #search(guild: Guild, query: string, limit: number): Member[] {
    const all = [...guild.members.values()]
    if (query === '' && limit === 0) return all
    const start = query.toLowerCase()
    const names = ({ userId, nick }: Member) => {
      const person = this.#context.world.people.get(userId)
      return [person?.username, person?.globalName, nick]
    }
    return all
      .filter((member) => names(member).some((name) => name?.toLowerCase().startsWith(start)))
      .slice(0, limit === 0 ? FOUND_MAX : Math.min(limit, FOUND_MAX))
  }
}

function byIds(guild: Guild, ids: readonly string[]): Member[] {
  return ids.slice(0, FOUND_MAX).flatMap((id) => guild.members.get(id) ?? [])
}
