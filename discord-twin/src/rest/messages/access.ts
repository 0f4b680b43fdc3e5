import { ChannelType, MessageType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyRequest } from 'fastify'
import type { TwinContext } from '../../context.ts'
import type { Channel, Message } from '../../world/types.ts'
import { requireBot, requireVisibleChannel } from '../caller.ts'
import { ApiError, missingAccess, missingPermissions, unknownMessage } from '../errors.ts'
import { parseId } from '../query.ts'

/** A channel with what the bot may do there. */
export type Place = { channel: Channel; permissions: bigint }

const WITHOUT_MESSAGES: readonly ChannelType[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
  ChannelType.GuildDirectory,
]

/** A channel whose messages the bot may see; those of a voice channel need Connect too. */
export function requirePlace(context: TwinContext, request: FastifyRequest, { isPosting = false } = {}): Place {
  requireBot(context, request)
  const { channel: id } = request.params as { channel: string }
  parseId(id, 'channel_id')
  const place = requireVisibleChannel(context, id)
  const { type } = place.channel
  if (WITHOUT_MESSAGES.includes(type))
    throw isPosting
      ? new ApiError(400, 50_008, 'Cannot send messages in a non-text channel')
      : new ApiError(400, 50_024, 'Cannot execute action on this channel type')
  const isVoice = type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice
  if (isVoice && !(place.permissions & Bits.Connect)) throw missingAccess()
  return place
}

/** A message of a path. Throws 404; 403 for one of a history the bot may not read, unless it is the bot's own. */
export function requireMessage(
  context: TwinContext,
  request: FastifyRequest,
  { needsHistory = true } = {},
): Place & { message: Message } {
  const place = requirePlace(context, request)
  const { message: id } = request.params as { message: string }
  parseId(id, 'message_id')
  const message = place.channel.messages.get(id)
  if (!message) throw unknownMessage()
  const isOwn = message.authorId === context.world.botId
  if (!(place.permissions & Bits.ReadMessageHistory) && (needsHistory || !isOwn)) throw missingPermissions()
  return { ...place, message }
}

/** Throws 403 when the bot lacks a permission. */
export function requirePermission({ permissions }: Place, bits: bigint): void {
  if ((permissions & bits) !== bits) throw missingPermissions()
}

/** Throws when a thread is archived: its messages can be read and deleted only. */
export function requireActive({ channel: { thread } }: Place): void {
  if (thread?.archived) throw new ApiError(400, 50_083, 'Thread is archived')
}

/** Throws for messages that people and applications did not write. */
export function requireWritten({ type }: Message): void {
  if (!WRITTEN.includes(type)) throw new ApiError(403, 50_021, 'Cannot execute action on a system message')
}

const WRITTEN: readonly MessageType[] = [
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
]
