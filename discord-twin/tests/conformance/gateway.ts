import { ChannelType, GatewayDispatchEvents as Events } from 'discord-api-types/v10'
import type { ObservedDispatch } from '../../src/index.ts'
import { issuesOf } from './issues.ts'
import { component } from './schemas.ts'

type Json = Record<string, unknown>
/** A part of an event that Discord also sends over REST, with the component it must be. */
type Part = { at: string; schema: string; value: unknown }

/** What is wrong with an event, as far as its objects equal those of REST. Members that only the gateway adds are taken off first. */
export function dispatchViolations({ name, data }: ObservedDispatch): string[] {
  const json = JSON.parse(JSON.stringify(data ?? null)) as Json
  return (parts[name]?.(json) ?? []).flatMap(({ at, schema, value }) =>
    issuesOf(component(schema), value, 'answer').map((issue) => `${name}: ${at}${issue}`),
  )
}

const parts: Partial<Record<string, (data: Json) => Part[]>> = {
  [Events.Ready]: ({ user }) => [accountPart('user.', user as Json)],
  [Events.GuildCreate]: guildParts,
  [Events.GuildUpdate]: (data) => [{ at: '', schema: 'GuildResponse', value: without(data, GUILD_ONLY) }],
  [Events.ChannelCreate]: (data) => [channelPart('', data)],
  [Events.ChannelUpdate]: (data) => [channelPart('', data)],
  [Events.ChannelDelete]: (data) => [channelPart('', data)],
  [Events.ThreadCreate]: (data) => [threadPart('', data)],
  [Events.ThreadUpdate]: (data) => [threadPart('', data)],
  [Events.GuildRoleCreate]: ({ role }) => [{ at: 'role.', schema: 'GuildRoleResponse', value: role }],
  [Events.GuildRoleUpdate]: ({ role }) => [{ at: 'role.', schema: 'GuildRoleResponse', value: role }],
  [Events.GuildMemberAdd]: (data) => [memberPart('', data)],
  [Events.GuildMemberUpdate]: (data) => [memberPart('', data)],
  [Events.GuildMembersChunk]: ({ members }) => (members as Json[]).map((member) => memberPart('members.[].', member)),
  [Events.ThreadListSync]: ({ threads }) => (threads as Json[]).map((thread) => threadPart('threads.[].', thread)),
  [Events.MessageReactionAdd]: ({ member }) => (member ? [memberPart('member.', member as Json)] : []),
  [Events.TypingStart]: ({ member }) => (member ? [memberPart('member.', member as Json)] : []),
  [Events.UserUpdate]: (data) => [accountPart('', data)],
  [Events.InteractionCreate]: ({ message, member }) => [
    ...(message ? [{ at: 'message.', schema: 'MessageResponse', value: message }] : []),
    ...(member ? [memberPart('member.', without(member as Json, ['permissions']))] : []),
  ],
  [Events.MessageCreate]: messageParts,
  [Events.MessageUpdate]: messageParts,
}

/** What a guild has in its own events only (https://docs.discord.com/developers/events/gateway-events#guild-create). */
const GUILD_ONLY = [
  'joined_at',
  'large',
  'unavailable',
  'member_count',
  'voice_states',
  'members',
  'channels',
  'threads',
  'presences',
  'stage_instances',
  'guild_scheduled_events',
  'soundboard_sounds',
  'geo_restricted',
  'lazy',
  'embedded_activities',
]

function guildParts(guild: Json): Part[] {
  if (guild.unavailable === true) return []
  const list = (key: string) => (guild[key] ?? []) as Json[]
  return [
    { at: '', schema: 'GuildResponse', value: without(guild, GUILD_ONLY) },
    ...list('channels').map((channel) =>
      channelPart('channels.[].', { ...channel, guild_id: channel.guild_id ?? guild.id }),
    ),
    ...list('threads').map((thread) => threadPart('threads.[].', thread)),
    ...list('members').map((member) => memberPart('members.[].', member)),
  ]
}

/** The bot's own account has members that others' do not show. */
function accountPart(at: string, user: Json): Part {
  return { at, schema: 'UserResponse', value: without(user, ['verified', 'mfa_enabled', 'email', 'locale']) }
}

function channelPart(at: string, channel: Json): Part {
  const isPrivate = channel.type === ChannelType.DM
  return { at, schema: isPrivate ? 'PrivateChannelResponse' : 'GuildChannelResponse', value: channel }
}

function threadPart(at: string, thread: Json): Part {
  return { at, schema: 'ThreadResponse', value: without(thread, ['newly_created']) }
}

function memberPart(at: string, member: Json): Part {
  return { at, schema: 'GuildMemberResponse', value: without(member, ['guild_id', 'presence']) }
}

/** A message event also tells guild, author's member and kind of channel, and the members of those mentioned. */
function messageParts(data: Json): Part[] {
  const mentions = ((data.mentions ?? []) as Json[]).map((user) => without(user, ['member']))
  const message = without(data, ['guild_id', 'member', 'channel_type'])
  return [{ at: '', schema: 'MessageResponse', value: { ...message, mentions } }]
}

function without(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
