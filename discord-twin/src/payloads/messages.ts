import { MessageReferenceType, MessageType } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Message } from '../world/types.ts'
import { accountPayload } from './accounts.ts'
import { attachmentPayload } from './attachments.ts'
import { interactionFields } from './interactions.ts'
import { timestamp } from './time.ts'

/** A message; without the intent for message content, what people wrote and attached is blank. */
export function messagePayload(context: TwinContext, message: Message) {
  const { world, application } = context
  const visible = application.messageContent || message.authorId === world.botId
  const reference = message.forward
    ? {
        type: MessageReferenceType.Forward,
        guild_id: message.forward.guildId,
        channel_id: message.forward.channelId,
        message_id: message.forward.messageId,
      }
    : message.replyTo
      ? {
          type: MessageReferenceType.Default,
          guild_id: world.requireChannel(message.channelId).guildId,
          channel_id: message.channelId,
          message_id: message.replyTo,
        }
      : null
  return {
    id: message.id,
    channel_id: message.channelId,
    author: message.webhook
      ? { ...accountPayload(world, message.authorId), ...webhookAuthor(message.webhook) }
      : accountPayload(world, message.authorId),
    content: visible ? message.content : '',
    timestamp: timestamp(message.createdAt),
    edited_timestamp: message.editedAt ? timestamp(message.editedAt) : null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: visible ? message.attachments.map((file) => attachmentPayload(context, file)) : [],
    embeds: visible ? message.embeds : [],
    components: visible ? message.components : [],
    pinned: false,
    type: message.type,
    flags: message.forward ? message.flags | (1 << 14) : message.flags,
    ...(message.webhook ? { webhook_id: message.webhook.id } : {}),
    ...interactionFields(context, message),
    ...(reference ? { message_reference: reference } : {}),
    ...(message.forward && visible
      ? { message_snapshots: [{ message: snapshotPayload(context, message.forward) }] }
      : {}),
  }
}

function webhookAuthor({ name, avatar }: NonNullable<Message['webhook']>) {
  return { username: name, discriminator: '0000', global_name: null, avatar, bot: true }
}

function snapshotPayload(context: TwinContext, forward: NonNullable<Message['forward']>) {
  return {
    type: MessageType.Default,
    content: forward.content,
    embeds: [],
    attachments: forward.attachments.map((file) => attachmentPayload(context, file)),
    timestamp: timestamp(forward.createdAt),
    edited_timestamp: null,
    flags: 0,
    mentions: [],
    mention_roles: [],
    components: [],
  }
}
