import { ChannelType, MessageFlags as Flags, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../../context.ts'
import { messagePayload } from '../../payloads/messages.ts'
import type { Channel, Message, Poll } from '../../world/types.ts'
import type { Upload } from '../../world/uploads.ts'
import type { NewMessage } from '../../world/drafts.ts'
import { ApiError } from '../errors.ts'
import { formError } from '../form.ts'
import { requirePermission, requirePlace, type Place } from './access.ts'
import { parseBody, rawComponents, toMessageUploads, zCreate, type CreateBody } from './body.ts'
import { parseComponents, textOf } from './components.ts'
import { LIMITS } from './limits.ts'
import { mentionsIn } from './mentions.ts'
import { readMessageRequest } from './multipart.ts'
import { resolveReference } from './reference.ts'

const SETTABLE = Flags.SuppressEmbeds | Flags.SuppressNotifications | Flags.IsComponentsV2 | Flags.IsVoiceMessage

/** Posting messages (https://docs.discord.com/developers/resources/message#create-message). */
export function createRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.post('/channels/:channel/messages', async (request) => {
    // A body is taken to its end before anything is refused; clients that still send do not hear an answer.
    const { payload, parts } = await readMessageRequest(request, context)
    const place = requireSendable(requirePlace(context, request, { isPosting: true }))
    const body = parseBody(zCreate, payload)
    const files = toMessageUploads(parts, body.attachments ?? [])
    const repeated = findByNonce(context, place.channel, body)
    if (repeated) return messagePayload(context, repeated)
    return messagePayload(context, world.postMessage(toMessage(context, place, body, files)))
  })
}

/** Throws unless the bot may write where a message would go. */
export function requireSendable(place: Place): Place {
  const { thread } = place.channel
  requirePermission(place, thread ? Bits.SendMessagesInThreads : Bits.SendMessages)
  if (thread?.locked && !(place.permissions & Bits.ManageThreads)) throw new ApiError(403, 160_005, 'Thread is locked')
  return place
}

/** What a body posts. Throws for everything that Discord refuses. */
export function toMessage(context: TwinContext, place: Place, body: CreateBody, files: Upload[]): NewMessage {
  const { world } = context
  const { channel } = place
  const flags = (body.flags ?? 0) & SETTABLE
  const isV2 = Boolean(flags & Flags.IsComponentsV2)
  const embeds = body.embeds ?? []
  const content = body.content ?? ''
  if (body.sticker_ids?.length) throw new ApiError(400, 50_081, 'Invalid sticker sent')
  if (isV2) refuseLegacyFields({ content, embeds, poll: body.poll })
  const components = parseComponents(rawComponents(body), { isV2, fileNames: namesOf(files) })
  requirePermissionsFor(place, body, files)
  const { replyTo, repliedTo, forwardOf } = resolveReference(context, place, body.message_reference ?? null)
  if (forwardOf && (content || embeds.length || files.length || components.length || body.poll))
    throw formError([
      {
        path: ['message_reference'],
        code: 'MESSAGE_FORWARD_CANNOT_HAVE_CONTENT',
        message: 'A forwarded message cannot have anything of its own',
      },
    ])
  requireVoice(flags, files, content)
  const hasContent = content || embeds.length || files.length || body.poll || (isV2 && components.length)
  if (!hasContent && !forwardOf) throw emptyMessage()
  return {
    channelId: channel.id,
    authorId: world.botId,
    content,
    files,
    flags,
    embeds,
    components,
    filesInComponents: isV2,
    replyTo,
    forwardOf,
    poll: body.poll ? toPoll(world.now(), body.poll) : null,
    nonce: body.nonce ?? null,
    tts: Boolean(body.tts && place.permissions & Bits.SendTTSMessages),
    mentions: mentionsIn(world, channel, {
      text: [content, ...textOf(components)].join('\n'),
      allowed: body.allowed_mentions ?? null,
      repliedTo,
    }),
  }
}

/** Throws when a message of components has what only others have. */
export function refuseLegacyFields(fields: { content: string; embeds: readonly unknown[]; poll?: unknown }): void {
  const used = Object.entries(fields).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value)))
  if (used.length === 0) return
  throw formError(
    used.map(([field]) => ({
      path: [field],
      code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    })),
  )
}

/** Discord's refusal of a message with nothing in it. */
export const emptyMessage = () => new ApiError(400, 50_006, 'Cannot send an empty message')

/** The names that `attachment://` may use. */
export function namesOf(files: readonly Upload[]): string[] {
  return files.flatMap((file) => ('name' in file ? [file.name, file.name.replace(/\s+/g, '_')] : []))
}

function requirePermissionsFor(place: Place, { embeds, poll }: CreateBody, files: readonly Upload[]): void {
  if (files.length > 0) requirePermission(place, Bits.AttachFiles)
  if (embeds?.length) requirePermission(place, Bits.EmbedLinks)
  if (!poll) return
  requirePermission(place, Bits.SendPolls)
  if (place.channel.type === ChannelType.GuildStageVoice)
    throw new ApiError(400, 520_002, 'Invalid channel type for poll creation')
}

function requireVoice(flags: number, files: readonly Upload[], content: string): void {
  if (!(flags & Flags.IsVoiceMessage)) return
  const [file] = files
  if (files.length !== 1 || !file || !('voice' in file) || !file.contentType?.startsWith('audio/'))
    throw new ApiError(400, 50_160, 'Voice messages must have a single audio attachment.')
  if (content) throw new ApiError(400, 50_159, 'Voice messages do not support additional content.')
}

function toPoll(now: Date, poll: NonNullable<CreateBody['poll']>): Poll {
  return {
    question: poll.question.text,
    answers: poll.answers.map(({ poll_media: { text, emoji } }, index) => ({
      id: index + 1,
      text,
      ...(emoji ? { emoji: { id: emoji.id ?? null, name: emoji.name ?? null } } : {}),
      voterIds: [],
    })),
    expiresAt: new Date(now.getTime() + (poll.duration ?? 24) * 3_600_000),
    multiselect: poll.allow_multiselect ?? false,
  }
}

/** The message that was posted with the same nonce a moment ago. */
function findByNonce({ world }: TwinContext, channel: Channel, body: CreateBody): Message | undefined {
  if (!body.enforce_nonce) return undefined
  if (body.nonce === null || body.nonce === undefined)
    throw formError([{ path: ['nonce'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }])
  const since = world.clock.now() - LIMITS.nonceMs
  return channel.messages
    .before(null, 100)
    .find(
      ({ nonce, authorId, createdAt }) =>
        nonce !== null &&
        String(nonce) === String(body.nonce) &&
        authorId === world.botId &&
        createdAt.getTime() > since,
    )
}
