import { AttachmentFlags, MessageFlags as Flags, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../../context.ts'
import { messagePayload } from '../../payloads/messages.ts'
import type { Attachment, Message } from '../../world/types.ts'
import { placeFiles, toUploads, type Upload } from '../../world/uploads.ts'
import { ApiError } from '../errors.ts'
import { requireActive, requireMessage, requirePermission, requireWritten, type Place } from './access.ts'
import { parseBody, rawComponents, toMessageUploads, zEdit, type EditBody } from './body.ts'
import { parseComponents, textOf } from './components.ts'
import { emptyMessage, namesOf, refuseLegacyFields } from './create.ts'
import { mentionsIn } from './mentions.ts'
import { readMessageRequest } from './multipart.ts'

/** Changing messages (https://docs.discord.com/developers/resources/message#edit-message). */
export function editRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.patch('/channels/:channel/messages/:message', async (request) => {
    const { payload, parts } = await readMessageRequest(request, context)
    const found = requireMessage(context, request, { needsHistory: false })
    const { message, channel } = found
    const body = parseBody(zEdit, payload)
    requireActive(found)
    if (message.authorId !== world.botId) return messagePayload(context, suppress(context, found, body))
    requireWritten(message)
    if (message.poll) throw new ApiError(400, 520_003, 'Cannot edit a poll message')
    const known = [...message.attachments, ...message.componentFiles]
    const uploads = toMessageUploads(
      parts,
      body.attachments ?? [],
      known.map(({ id }) => id),
    )
    if (uploads.length > 0) requirePermission(found, Bits.AttachFiles)
    if (body.embeds?.length) requirePermission(found, Bits.EmbedLinks)
    const changes = toChanges(context, found, body, uploads)
    return messagePayload(context, world.updateMessage(channel.id, message.id, changes))
  })
}

/** All that may be done to a message of somebody else: its embeds are hidden or shown again. */
function suppress({ world }: TwinContext, found: Place & { message: Message }, body: EditBody): Message {
  const { flags, ...others } = body
  const { message, channel } = found
  if (typeof flags !== 'number' || Object.values(others).some((value) => value !== undefined))
    throw new ApiError(403, 50_005, 'Cannot edit a message authored by another user')
  requirePermission(found, Bits.ManageMessages)
  return world.updateMessage(channel.id, message.id, { flags: withFlags(message.flags, flags, Flags.SuppressEmbeds) })
}

function toChanges(
  { world }: TwinContext,
  { message, channel }: Place & { message: Message },
  body: EditBody,
  uploads: Upload[],
): Partial<Message> {
  const flags =
    typeof body.flags === 'number'
      ? withFlags(message.flags, body.flags, Flags.SuppressEmbeds) | (body.flags & Flags.IsComponentsV2)
      : message.flags
  const isV2 = Boolean(flags & Flags.IsComponentsV2)
  const content = body.content === undefined ? message.content : (body.content ?? '')
  const embeds = body.embeds === undefined ? message.embeds : (body.embeds ?? [])
  if (isV2) refuseLegacyFields({ content, embeds })
  const kept = keptFiles(message, body)
  const components =
    body.components === undefined
      ? message.components
      : parseComponents(rawComponents(body), {
          isV2,
          fileNames: [...namesOf(uploads), ...kept.flatMap(({ fileName, uploadName }) => [fileName, uploadName ?? ''])],
        })
  const files = [...kept, ...toUploads(uploads, channel.id, () => world.nextId())]
  const hasContent = content || embeds.length || files.length || message.forward || (isV2 && components.length)
  if (!hasContent) throw emptyMessage()
  const text = [content, ...textOf(components)].join('\n')
  const changesText = body.content !== undefined || body.components !== undefined
  const mentions = mentionsIn(world, channel, { text, allowed: body.allowed_mentions ?? null, repliedTo: null })
  const changesFiles = (body.attachments !== undefined && body.attachments !== null) || uploads.length > 0
  return {
    flags,
    ...(body.content === undefined ? {} : { content }),
    ...(body.embeds === undefined ? {} : { embeds }),
    ...(body.components === undefined ? {} : { components }),
    ...(changesFiles || body.embeds !== undefined ? placeFiles(files, { embeds, inComponents: isV2 }) : {}),
    ...(changesText
      ? { mentionIds: mentions.ids, mentionRoleIds: mentions.roleIds, mentionEveryone: mentions.everyone }
      : {}),
  }
}

/** The files that stay, with what `attachments` newly says of them; all when it is left out. */
function keptFiles(message: Message, { attachments }: EditBody): Attachment[] {
  const known = [...message.attachments, ...message.componentFiles]
  if (!attachments) return known
  return known.flatMap((file) => {
    const about = attachments.find(({ id }) => id === file.id)
    if (!about) return []
    const isSpoiler = about.is_spoiler ?? Boolean(file.flags & AttachmentFlags.IsSpoiler)
    return {
      ...file,
      title: about.title === undefined ? file.title : about.title,
      description: about.description === undefined ? file.description : about.description,
      flags: isSpoiler ? file.flags | AttachmentFlags.IsSpoiler : file.flags & ~AttachmentFlags.IsSpoiler,
    }
  })
}

function withFlags(flags: number, given: number, changeable: number): number {
  return (flags & ~changeable) | (given & changeable)
}
