import {
  ApplicationCommandType as CommandType,
  InteractionType,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { unknownMessage } from '../rest/errors.ts'
import type { Message } from '../world/types.ts'
import { toUploads } from '../world/uploads.ts'
import { plainMessage } from '../world/drafts.ts'
import type { Interaction } from './interactions.ts'
import type { MessageBody } from './message-body.ts'

const SETTABLE =
  MessageFlags.Ephemeral |
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2

/** Posts a message of an interaction: its first answer, or a follow-up. One for the person alone goes into no history. */
export function postAnswer(
  context: TwinContext,
  interaction: Interaction,
  body: MessageBody,
  { isLoading = false, ephemeral = Boolean(body.flags & MessageFlags.Ephemeral) } = {},
): Message {
  const { world, interactions } = context
  const isFirst = interaction.originalId === null
  const flags =
    (body.flags & SETTABLE & ~MessageFlags.Ephemeral) |
    (ephemeral ? MessageFlags.Ephemeral : 0) |
    (isLoading ? MessageFlags.Loading : 0)
  const replyTo = isFirst
    ? (interaction.command?.targetMessageId ?? interaction.sourceMessageId)
    : interaction.originalId
  const common = {
    channelId: interaction.channelId,
    authorId: world.botId,
    content: body.content ?? '',
    type: isFirst ? firstType(interaction) : MessageType.Reply,
    flags,
    replyTo,
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    interaction: {
      id: interaction.id,
      type: interaction.type,
      userId: interaction.userId,
      name: interaction.command?.name ?? null,
      commandType: interaction.command?.type ?? null,
      ephemeral,
    },
  }
  const filesInComponents = Boolean(flags & MessageFlags.IsComponentsV2)
  let message: Message
  if (ephemeral) {
    const files = toUploads(body.uploads, interaction.channelId, () => world.nextId())
    message = plainMessage({
      ...common,
      id: world.nextId(),
      createdAt: world.now(),
      ...(filesInComponents ? { componentFiles: files } : { attachments: files }),
    })
    interactions.ephemeral.set(message.id, message)
    world.keepFiles(message)
  } else message = world.postMessage({ ...common, files: body.uploads, filesInComponents })
  if (isFirst) interaction.originalId = message.id
  else interaction.followUpIds.push(message.id)
  interactions.changed()
  return message
}

/** Changes a message of an interaction. The first change of a deferred answer fills it, which is not an edit. */
export function editAnswer(context: TwinContext, message: Message, body: MessageBody): Message {
  const { world, interactions } = context
  const isLoading = Boolean(message.flags & MessageFlags.Loading)
  const isV2 = Boolean((message.flags | body.flags) & MessageFlags.IsComponentsV2)
  const known = isV2 ? message.componentFiles : message.attachments
  const { keptIds } = body
  const kept = keptIds ? known.filter(({ id }) => keptIds.includes(id)) : known
  const files = [...kept, ...toUploads(body.uploads, message.channelId, () => world.nextId())]
  const changesFiles = keptIds !== undefined || body.uploads.length > 0
  const changes: Partial<Message> = {
    ...(body.content === undefined ? {} : { content: body.content }),
    ...(body.embeds === undefined ? {} : { embeds: body.embeds }),
    ...(body.components === undefined ? {} : { components: body.components }),
    ...(changesFiles ? (isV2 ? { componentFiles: files } : { attachments: files }) : {}),
    flags:
      (message.flags & ~MessageFlags.Loading) |
      (body.flags & (MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2)),
    editedAt: isLoading ? message.editedAt : world.now(),
  }
  let changed: Message
  if (interactions.ephemeral.has(message.id)) {
    changed = { ...message, ...changes }
    interactions.ephemeral.set(message.id, changed)
    world.keepFiles(changed)
    world.releaseFiles(message)
  } else changed = world.updateMessage(message.channelId, message.id, changes)
  interactions.changed()
  return changed
}

/** Takes a message of an interaction away. */
export function deleteAnswer({ world, interactions }: TwinContext, message: Message): void {
  if (interactions.ephemeral.delete(message.id)) world.releaseFiles(message)
  else world.deleteMessage(message.channelId, message.id)
  interactions.changed()
}

/** A message that an interaction made, or whose component was used; `@original` is the first answer. Throws 404. */
export function requireAnswer(context: TwinContext, interaction: Interaction, messageId: string): Message {
  const id = messageId === '@original' ? interaction.originalId : messageId
  const isOwn = id !== null && (id === interaction.originalId || interaction.followUpIds.includes(id))
  const message = isOwn ? findShown(context, interaction.channelId, id) : undefined
  if (!message) throw unknownMessage()
  return message
}

/** A message of a channel, or one that only one person sees. */
export function findShown({ world, interactions }: TwinContext, channelId: string, id: string): Message | undefined {
  return interactions.ephemeral.get(id) ?? world.findMessage(channelId, id)
}

function firstType({ type, command, openedBy }: Interaction): MessageType {
  const used = command ?? openedBy?.command
  if (type !== InteractionType.MessageComponent && used)
    return used.type === CommandType.ChatInput ? MessageType.ChatInputCommand : MessageType.ContextMenuCommand
  return MessageType.Reply
}
