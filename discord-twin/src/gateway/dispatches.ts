import { GatewayDispatchEvents as Events, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { memberPayload, rolePayload } from '../payloads/accounts.ts'
import { channelPayload } from '../payloads/channels.ts'
import { guildPayload } from '../payloads/guilds.ts'
import { messagePayload } from '../payloads/messages.ts'
import { timestamp } from '../payloads/time.ts'
import type { Channel, Guild } from '../world/types.ts'
import type { WorldEvent } from '../world/events.ts'

type Dispatch = { name: Events; guildId: string; data: unknown }

/** What the bot's sessions are told of an event: nothing of guilds it is not in and of channels it may not view. */
export function toDispatches(context: TwinContext, event: WorldEvent): Dispatch[] {
  const { world } = context
  switch (event.kind) {
    case 'guild-added':
      return [
        {
          name: Events.GuildCreate,
          guildId: event.guildId,
          data: guildCreatePayload(context, world.requireGuild(event.guildId)),
        },
      ]
    case 'guild-removed':
      // The bot's own removal is the one event about a guild it is not in any more.
      return [{ name: Events.GuildDelete, guildId: event.guildId, data: { id: event.guildId } }]
    case 'guild-updated':
      return inGuild(context, event.guildId, Events.GuildUpdate, () => guildPayload(world.requireGuild(event.guildId)))
    case 'channel-created':
      return inChannel(context, event.channel, event.channel.thread ? Events.ThreadCreate : Events.ChannelCreate, () =>
        channelPayload(event.channel),
      )
    case 'channel-updated':
      return inChannel(context, event.channel, event.channel.thread ? Events.ThreadUpdate : Events.ChannelUpdate, () =>
        channelPayload(event.channel),
      )
    case 'channel-deleted': {
      const { id, guildId, parentId, type, thread } = event.channel
      if (thread)
        return inGuild(context, guildId, Events.ThreadDelete, () => ({
          id,
          guild_id: guildId,
          parent_id: parentId,
          type,
        }))
      return inChannel(context, event.channel, Events.ChannelDelete, () => channelPayload(event.channel))
    }
    case 'role-created':
      return inGuild(context, event.guildId, Events.GuildRoleCreate, () => ({
        guild_id: event.guildId,
        role: rolePayload(event.role),
      }))
    case 'role-updated':
      return inGuild(context, event.guildId, Events.GuildRoleUpdate, () => ({
        guild_id: event.guildId,
        role: rolePayload(event.role),
      }))
    case 'role-deleted':
      return inGuild(context, event.guildId, Events.GuildRoleDelete, () => ({
        guild_id: event.guildId,
        role_id: event.role.id,
      }))
    case 'member-updated':
      return inGuild(context, event.guildId, Events.GuildMemberUpdate, () => ({
        guild_id: event.guildId,
        ...memberPayload(context, event.member),
      }))
    case 'message-created':
    case 'message-updated': {
      const { message, kind } = event
      const { channel } = event
      const member = world.requireGuild(channel.guildId).members.get(message.authorId)
      const { user: _user, ...author } = member ? memberPayload(context, member) : { user: undefined }
      return inChannel(
        context,
        channel,
        kind === 'message-created' ? Events.MessageCreate : Events.MessageUpdate,
        () => ({
          ...messagePayload(context, message),
          guild_id: channel.guildId,
          ...(member ? { member: author } : {}),
        }),
      )
    }
    case 'message-deleted': {
      const { channel } = event
      return inChannel(context, channel, Events.MessageDelete, () => ({
        id: event.message.id,
        channel_id: channel.id,
        guild_id: channel.guildId,
      }))
    }
    case 'webhooks-changed': {
      const { id, guildId } = event.channel
      return inChannel(context, event.channel, Events.WebhooksUpdate, () => ({ guild_id: guildId, channel_id: id }))
    }
    // Whether the bot sees the channel does not matter.
    case 'interaction-created':
      return inGuild(context, event.guildId, Events.InteractionCreate, () => event.payload)
    default:
      return []
  }
}

/** A guild as it arrives after Ready and on joining. */
export function guildCreatePayload(context: TwinContext, guild: Guild) {
  const { world } = context
  const bot = guild.members.get(world.botId)
  const channels = world.channelsOf(guild.id)
  const visible = channels.filter((channel) => world.permissionsIn(channel, world.botId) & Bits.ViewChannel)
  return {
    ...guildPayload(guild),
    joined_at: timestamp(bot?.joinedAt ?? new Date()),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: bot ? [memberPayload(context, bot)] : [],
    channels: channels
      .filter(({ thread }) => !thread)
      .map((channel) => (visible.includes(channel) ? channelPayload(channel) : hiddenChannel(channel))),
    threads: visible.filter(({ thread }) => thread && !thread.archived).map(channelPayload),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}

/** A channel the bot may not view: only id, type, place and parent are real (CHANNEL_OBFUSCATED, since October 2026). */
function hiddenChannel(channel: Channel) {
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: '___hidden___',
    position: channel.position,
    parent_id: channel.parentId,
    permission_overwrites: [],
    flags: 1 << 17,
  }
}

function inGuild({ world }: TwinContext, guildId: string, name: Events, data: () => unknown): Dispatch[] {
  return world.botGuilds.has(guildId) ? [{ name, guildId, data: data() }] : []
}

function inChannel(context: TwinContext, channel: Channel, name: Events, data: () => unknown): Dispatch[] {
  const bits = context.world.permissionsIn(channel, context.world.botId)
  if (name === Events.ChannelUpdate && !(bits & Bits.ViewChannel))
    return inGuild(context, channel.guildId, name, () => hiddenChannel(channel))
  return bits & Bits.ViewChannel ? inGuild(context, channel.guildId, name, data) : []
}
