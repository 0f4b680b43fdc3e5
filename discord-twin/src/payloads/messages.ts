import { MessageFlags, MessageReferenceType, MessageType, type APIThreadChannel } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Forward, Message } from '../world/types.ts'
import { accountPayload } from './accounts.ts'
import { attachmentPayload } from './attachments.ts'
import { channelPayload } from './channels.ts'
import { componentPayloads } from './components.ts'
import { embedPayload } from './embeds.ts'
import { interactionFields } from './interactions.ts'
import { pollPayload } from './polls.ts'
import { reactionPayload } from './reactions.ts'
import { timestamp } from './time.ts'

/** `content` false: what others wrote and attached is blank, as for a session or an application without the intent. */
export type MessageOptions = { content?: boolean }

/** A message as the bot is shown it (https://docs.discord.com/developers/resources/message#message-object). */
export function messagePayload(context: TwinContext, message: Message, options: MessageOptions = {}) {
  const { content = context.application.messageContent } = options
  const { world } = context
  const original = message.type === MessageType.Reply || isContextAnswer(message) ? message.replyTo : null
  const referenced = original === null ? undefined : world.findMessage(message.channelId, original)
  return {
    ...basicMessagePayload(context, message, { content }),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((reaction) => reactionPayload(reaction, world.botId)) }
      : {}),
    ...(original === null
      ? {}
      : { referenced_message: referenced ? basicMessagePayload(context, referenced, { content }) : null }),
  }
}

/** Whether what a message says is shown without the intent: it is the application's own, or names the bot (https://docs.discord.com/developers/events/gateway#message-content-intent). */
export function isAlwaysReadable({ world, application, webhooks }: TwinContext, message: Message): boolean {
  return (
    message.authorId === world.botId ||
    message.mentionIds.includes(world.botId) ||
    (message.webhook !== null && webhooks.find(message.webhook.id)?.applicationId === application.id)
  )
}

/** A message without what only the outermost one has: reactions and the message it answers. */
function basicMessagePayload(context: TwinContext, message: Message, { content }: Required<MessageOptions>) {
  const { world, webhooks } = context
  const isReadable = content || isAlwaysReadable(context, message)
  const files = [...message.attachments, ...message.componentFiles]
  const showsEmbeds = isReadable && !(message.flags & MessageFlags.SuppressEmbeds)
  const channel = world.channels.get(message.channelId)
  const thread = message.threadId === null ? undefined : world.channels.get(message.threadId)
  const reference = referencePayload(context, message)
  const webhookApplication = message.webhook && webhooks.find(message.webhook.id)?.applicationId
  return {
    id: message.id,
    channel_id: message.channelId,
    author: message.webhook
      ? { ...accountPayload(world, message.authorId), ...webhookAuthor(message.webhook) }
      : accountPayload(world, message.authorId),
    content: isReadable ? message.content : '',
    timestamp: timestamp(message.createdAt),
    edited_timestamp: message.editedAt ? timestamp(message.editedAt) : null,
    tts: message.tts ?? false,
    mention_everyone: message.mentionEveryone,
    mentions: mentionsOf(context, message.mentionIds),
    mention_roles: message.mentionRoleIds,
    attachments: isReadable ? message.attachments.map((file) => attachmentPayload(context, file)) : [],
    embeds: showsEmbeds ? message.embeds.map((embed) => embedPayload(context, embed, files)) : [],
    components: isReadable ? componentPayloads(context, message.components, { id: message.id, files }) : [],
    pinned: message.pinnedAt !== null,
    type: message.type,
    flags: flagsOf(message),
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.webhook ? { webhook_id: message.webhook.id } : {}),
    ...(webhookApplication ? { application_id: webhookApplication } : {}),
    ...interactionFields(context, message),
    ...(reference ? { message_reference: reference } : {}),
    ...(message.forward
      ? { message_snapshots: [{ message: snapshotPayload(context, message.id, message.forward, isReadable) }] }
      : {}),
    ...(thread ? { thread: channelPayload(thread) as unknown as APIThreadChannel } : {}),
    ...(channel?.thread ? { position: channel.messages.countOlder(message.id) } : {}),
    ...(message.poll && isReadable ? { poll: pollPayload(world, message.poll) } : {}),
  }
}

function isContextAnswer({ type }: Message): boolean {
  return type === MessageType.ContextMenuCommand || type === MessageType.ThreadStarterMessage
}

function flagsOf(message: Message): number {
  return (
    message.flags |
    (message.forward ? MessageFlags.HasSnapshot : 0) |
    (message.threadId === null ? 0 : MessageFlags.HasThread)
  )
}

/** Accounts that are gone are not mentioned any more. */
function mentionsOf({ world }: TwinContext, ids: readonly string[]) {
  return ids.filter((id) => world.people.has(id)).map((id) => accountPayload(world, id))
}

/** The message a message is about; that of a new thread names the thread alone. */
function referencePayload({ world }: TwinContext, message: Message) {
  if (message.forward) {
    const { guildId, channelId, messageId } = message.forward
    return {
      type: MessageReferenceType.Forward,
      guild_id: guildId,
      channel_id: channelId,
      message_id: messageId,
    }
  }
  if (message.replyTo === null) return null
  const channel = world.channels.get(message.channelId)
  const common = { type: MessageReferenceType.Default, ...(channel ? { guild_id: channel.guildId } : {}) }
  if (message.type === MessageType.ThreadCreated) return { ...common, channel_id: message.replyTo }
  const channelId = message.type === MessageType.ThreadStarterMessage ? (channel?.parentId ?? '') : message.channelId
  return { ...common, channel_id: channelId, message_id: message.replyTo }
}

function webhookAuthor({ name, avatar }: NonNullable<Message['webhook']>) {
  return { username: name, discriminator: '0000', global_name: null, avatar, bot: true }
}

function snapshotPayload(context: TwinContext, id: string, forward: Forward, isReadable: boolean) {
  const files = [...forward.attachments, ...forward.componentFiles]
  const mentionIds = [...forward.content.matchAll(/<@!?(\d+)>/g)].flatMap(([, mentioned]) => mentioned ?? [])
  const roleIds = [...forward.content.matchAll(/<@&(\d+)>/g)].flatMap(([, mentioned]) => mentioned ?? [])
  const showsEmbeds = isReadable && !(forward.flags & MessageFlags.SuppressEmbeds)
  return {
    type: MessageType.Default as MessageType,
    content: isReadable ? forward.content : '',
    embeds: showsEmbeds ? forward.embeds.map((embed) => embedPayload(context, embed, files)) : [],
    attachments: isReadable ? forward.attachments.map((file) => attachmentPayload(context, file)) : [],
    timestamp: timestamp(forward.createdAt),
    edited_timestamp: forward.editedAt ? timestamp(forward.editedAt) : null,
    flags: forward.flags,
    mentions: mentionsOf(context, [...new Set(mentionIds)]),
    mention_roles: [...new Set(roleIds)],
    components: isReadable ? componentPayloads(context, forward.components, { id, files }) : [],
  }
}
