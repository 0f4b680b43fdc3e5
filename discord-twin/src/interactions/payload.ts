import { InteractionContextType, Locale } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { memberPayload } from '../payloads/accounts.ts'
import { channelPayload } from '../payloads/channels.ts'
import { userOf } from '../payloads/interactions.ts'
import { messagePayload } from '../payloads/messages.ts'
import type { Channel, Message } from '../world/types.ts'
import type { Interaction } from './interactions.ts'

const ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024

/** What INTERACTION_CREATE carries (https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object). */
export function interactionPayload(
  context: TwinContext,
  interaction: Interaction,
  data: Record<string, unknown>,
  message?: Message,
): Record<string, unknown> {
  const { world, application } = context
  const { id, type, token, userId, guildId, channelId } = interaction
  const channel = world.requireChannel(channelId)
  return {
    id,
    application_id: application.id,
    type,
    data,
    guild_id: guildId,
    guild: { id: guildId, locale: Locale.EnglishUS, features: [] },
    channel: partialChannel(context, channel, userId),
    channel_id: channelId,
    member: {
      ...memberOf(context, guildId, userId),
      user: userOf(context, userId),
      permissions: world.permissionsIn(channel, userId).toString(),
    },
    token,
    version: 1,
    ...(message ? { message: fullMessagePayload(context, message) } : {}),
    app_permissions: world.permissionsIn(channel, world.botId).toString(),
    locale: Locale.EnglishUS,
    guild_locale: Locale.EnglishUS,
    entitlements: [],
    authorizing_integration_owners: { '0': guildId },
    context: InteractionContextType.Guild,
    attachment_size_limit: ATTACHMENT_SIZE_LIMIT,
  }
}

/** A message as somebody sees it who may see it: with its content, whatever intents the application has. */
export function fullMessagePayload(context: TwinContext, message: Message) {
  const seeing = { ...context, application: { ...context.application, messageContent: true } }
  return messagePayload(seeing, message)
}

/** A channel as far as an interaction tells of it, with what the person may do there. */
export function partialChannel(context: TwinContext, channel: Channel, userId: string): Record<string, unknown> {
  const { permission_overwrites: _overwrites, ...known } = channelPayload(channel) as Record<string, unknown>
  return { ...known, permissions: context.world.permissionsIn(channel, userId).toString() }
}

/** A member as `resolved` has one: without the account. */
export function partialMember(context: TwinContext, channel: Channel, userId: string): Record<string, unknown> | null {
  if (!context.world.guilds.get(channel.guildId)?.members.has(userId)) return null
  const { user: _user, deaf: _deaf, mute: _mute, ...member } = memberOf(context, channel.guildId, userId)
  return { ...member, permissions: context.world.permissionsIn(channel, userId).toString() }
}

function memberOf(context: TwinContext, guildId: string, userId: string): Record<string, unknown> {
  const member = context.world.requireGuild(guildId).members.get(userId)
  if (!member) throw new RangeError(`person ${userId} has left guild ${guildId}`)
  return memberPayload(context, member)
}
