import {
  GatewayDispatchEvents as Events,
  GatewayIntentBits as Intents,
  type GatewayDispatchEvents,
} from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import { memberPayload, rolePayload } from '../../payloads/accounts.ts'
import { channelForBot } from '../../payloads/channels.ts'
import { guildPayload } from '../../payloads/guilds.ts'
import { timestamp } from '../../payloads/time.ts'
import type { WorldEvent } from '../../world/events.ts'
import type { Guild } from '../../world/types.ts'
import type { SessionWishes } from '../session.ts'
import { canView, channelAsSeen, visibleChannels } from '../visibility.ts'
import { inGuild, type Dispatch } from './dispatch.ts'

type GuildEvent = Extract<WorldEvent, { kind: `guild-${string}` }>
type RoleEvent = Extract<WorldEvent, { kind: `role-${string}` }>

/** What sessions are told of a guild. */
export function guildDispatches(context: TwinContext, { kind, guildId }: GuildEvent): Dispatch[] {
  switch (kind) {
    case 'guild-added':
    case 'guild-outage-ended':
      return context.world.botGuilds.has(guildId)
        ? [guildCreateDispatch(context, context.world.requireGuild(guildId))]
        : []
    case 'guild-updated':
      return inGuild(context, guildId, Events.GuildUpdate, () => guildPayload(context.world.requireGuild(guildId)))
    case 'guild-removed':
      // The bot's own removal is the one event about a guild it is not in any more.
      return [guildDispatch(Events.GuildDelete, guildId, () => ({ id: guildId }))]
    case 'guild-outage-began':
      return context.world.botGuilds.has(guildId) ? [outageDispatch(guildId)] : []
  }
}

/** A guild that is there: after identifying, on joining, after an outage. One in an outage is told as such. */
export function guildCreateDispatch(context: TwinContext, guild: Guild): Dispatch {
  if (guild.isUnavailable) return outageDispatch(guild.id)
  return guildDispatch(Events.GuildCreate, guild.id, (wishes) => guildCreatePayload(context, guild, wishes))
}

/** A guild as GUILD_CREATE has it. Members are told only as far as the session may know them. */
export function guildCreatePayload(context: TwinContext, guild: Guild, wishes: SessionWishes) {
  const { world } = context
  const bot = guild.members.get(world.botId)
  const channels = world.channelsOf(guild.id)
  const visible = visibleChannels(world, guild.id)
  const isLarge = guild.members.size > wishes.largeThreshold
  // Nobody is online here, and offline members come only to those who may know who is, in guilds that are not large.
  const withMembers = Boolean(wishes.intents & Intents.GuildPresences) && !isLarge
  const members = withMembers ? [...guild.members.values()] : bot ? [bot] : []
  return {
    ...guildPayload(guild),
    joined_at: timestamp(bot?.joinedAt ?? world.now()),
    large: isLarge,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: members.map((member) => memberPayload(context, member)),
    channels: channels
      .filter(({ thread }) => !thread)
      .map((channel) => channelAsSeen(channel, visible.has(channel.id))),
    threads: channels
      .filter((channel) => channel.thread && !channel.thread.archived && canView(world, channel))
      .map((channel) => channelForBot(context, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}

/** What sessions are told of a role. */
export function roleDispatches(context: TwinContext, { kind, guildId, role }: RoleEvent): Dispatch[] {
  if (kind === 'role-deleted')
    return inGuild(context, guildId, Events.GuildRoleDelete, () => ({
      guild_id: guildId,
      role_id: role.id,
    }))
  const name = kind === 'role-created' ? Events.GuildRoleCreate : Events.GuildRoleUpdate
  return inGuild(context, guildId, name, () => ({ guild_id: guildId, role: rolePayload(role) }))
}

function outageDispatch(guildId: string): Dispatch {
  return guildDispatch(Events.GuildDelete, guildId, () => ({ id: guildId, unavailable: true }))
}

function guildDispatch(name: GatewayDispatchEvents, guildId: string, data: Dispatch['data']): Dispatch {
  return { name, guildId, channelId: null, data }
}
