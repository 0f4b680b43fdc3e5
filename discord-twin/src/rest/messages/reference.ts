import { MessageReferenceType, MessageType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import type { NewMessage } from '../../world/drafts.ts'
import { ApiError } from '../errors.ts'
import { formError } from '../form.ts'
import type { Place } from './access.ts'
import type { CreateBody } from './body.ts'

type Reference = NonNullable<CreateBody['message_reference']>
type Resolved = Pick<NewMessage, 'forwardOf'> & { replyTo: string | null; repliedTo: string | null }

const NONE: Resolved = { replyTo: null, repliedTo: null }

/** The message that is answered (with its author) or forwarded. Throws when it cannot be. */
export function resolveReference(context: TwinContext, place: Place, reference: Reference | null): Resolved {
  if (!reference) return NONE
  return reference.type === MessageReferenceType.Forward
    ? { ...NONE, forwardOf: requireForwardable(context, place, reference) }
    : resolveReply(context, place, reference)
}

function resolveReply({ world }: TwinContext, { channel, permissions }: Place, reference: Reference): Resolved {
  const { message_id: id, channel_id: channelId, fail_if_not_exists: failIfMissing } = reference
  if (channelId && channelId !== channel.id)
    throw invalidReference(
      'MESSAGE_REFERENCE_CANNOT_REPLY_TO_DIFFERENT_CHANNEL',
      'Cannot reply to a message in a different channel',
    )
  if (!(permissions & Bits.ReadMessageHistory))
    throw new ApiError(400, 160_002, 'Cannot reply without permission to read message history')
  const message = channel.messages.get(id)
  if (!message) {
    if (failIfMissing === false) return NONE
    throw invalidReference('MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message')
  }
  if (isSystem(message.type))
    throw invalidReference('REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE', 'Cannot reply to a system message')
  return { replyTo: id, repliedTo: world.people.has(message.authorId) ? message.authorId : null }
}

function requireForwardable({ world }: TwinContext, place: Place, reference: Reference) {
  const { message_id: messageId, channel_id: channelId } = reference
  if (!channelId)
    throw formError([
      { path: ['message_reference', 'channel_id'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' },
    ])
  const source = world.channels.get(channelId)
  const permissions = source && world.botGuilds.has(source.guildId) ? world.permissionsIn(source, world.botId) : 0n
  const message = source?.messages.get(messageId)
  const needed = Bits.ViewChannel | Bits.ReadMessageHistory
  if (source && (permissions & needed) !== needed)
    throw new ApiError(400, 160_009, 'Cannot reference a message without permission to read message history')
  if (!source || !message) throw invalidReference('MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message')
  if (isSystem(message.type) || message.poll)
    throw invalidReference('MESSAGE_REFERENCE_CANNOT_BE_FORWARDED', 'This message cannot be forwarded')
  if (source.nsfw && !place.channel.nsfw) throw new ApiError(400, 160_010, 'NSFW channel message reference not allowed')
  return { channelId, messageId }
}

function isSystem(type: MessageType): boolean {
  const written = [
    MessageType.Default,
    MessageType.Reply,
    MessageType.ChatInputCommand,
    MessageType.ContextMenuCommand,
    MessageType.ThreadStarterMessage,
  ]
  return !written.includes(type)
}

function invalidReference(code: string, message: string): ApiError {
  return formError([{ path: ['message_reference'], code, message }])
}
