import { MessageFlags, MessageType, type APIMessage } from 'discord-api-types/v10'
import { isSnowflake, snowflakeToDate } from '../core/snowflake.ts'
import { flagsOf, momentOf, rawList, textOf, toRaw, type Raw } from './careful.ts'
import { brokenLimit } from './clip-limits.ts'
import { isSpoilered, videoLinksIn } from './clip-links.ts'
import {
  attachmentIdIn,
  attachmentMedia,
  componentMedia,
  embedMedia,
  linkMedia,
  type Media,
  type MediaHosts,
} from './clip-media.ts'
import type { ClipRules, FoundClip } from './clip-types.ts'
import { syntheticId } from './synthetic-id.ts'

const TEXT_MAX = 10_000

/** What programs call a video by its name, beside what a channel's settings say. */
const VIDEO_NAME = /\.(?:mp4|mov|webm|avi|mkv|flv|wmv|m4v)$/i

/**
 * The clips of a message: videos among its attachments, components, embeds and links, then those of a forwarded message. Order as in the message, each
 * once. Nothing that Discord may send makes it throw: what is malformed is left out.
 */
export function clipsIn(message: APIMessage, rules: ClipRules): FoundClip[] {
  const raw = toRaw(message)
  if (!rules.acceptVideo || !mayHaveMedia(raw, rules) || !isWantedAuthor(raw, rules)) return []
  return partsOf(raw)
    .filter(({ content }) => isWantedText(content, rules))
    .flatMap((part) =>
      mediaOf(part, rules)
        .filter((media) => isVideo(media, rules) && brokenLimit(media, rules) === null)
        .map((media) => toClip(raw, rules.keepsText ? part : { ...part, content: '' }, media)),
    )
    .filter(isFirstOfItsId)
}

/** Where the bytes of a clip are now, as its message says; null when it is not in the message any more. */
export function clipUrlIn(message: APIMessage, clipId: string, hosts: Omit<MediaHosts, 'acceptEmbeds'>): string | null {
  const raw = toRaw(message)
  const clips = partsOf(raw).flatMap((part) =>
    mediaOf(part, { ...hosts, acceptEmbeds: true }).map((media) => toClip(raw, part, media)),
  )
  return clips.find(({ id }) => id === clipId)?.url ?? null
}

/** A message or what it forwards. */
type Part = { raw: Raw; content: string; forwardedFrom: Raw | null }

/** Most messages have none: this is what they cost. */
function mayHaveMedia(raw: Raw, { linkHosts }: ClipRules): boolean {
  return (
    hasItems(raw['attachments']) ||
    hasItems(raw['embeds']) ||
    hasItems(raw['components']) ||
    hasItems(raw['message_snapshots']) ||
    (linkHosts.length > 0 && textOf(raw['content']) !== null)
  )
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function isWantedAuthor(raw: Raw, { acceptBots, botUserId }: ClipRules): boolean {
  if (!isSnowflake(raw['id']) || !isSnowflake(raw['channel_id'])) return false
  if (raw['type'] === MessageType.ThreadStarterMessage) return false
  if (botUserId !== null && toRaw(raw['author'])['id'] === botUserId) return false
  return acceptBots || !isBot(raw)
}

function isBot(raw: Raw): boolean {
  return toRaw(raw['author'])['bot'] === true || isSnowflake(raw['webhook_id'])
}

function isWantedText(content: string, { textInclude, textExclude }: ClipRules): boolean {
  return (textInclude === null || textInclude.test(content)) && (textExclude === null || !textExclude.test(content))
}

function partsOf(raw: Raw): Part[] {
  const partOf = (part: Raw, forwardedFrom: Raw | null) => ({
    raw: part,
    content: textOf(part['content'], TEXT_MAX) ?? '',
    forwardedFrom,
  })
  const forwards = rawList(raw['message_snapshots']).map(({ message }) =>
    partOf(toRaw(message), toRaw(raw['message_reference'])),
  )
  return [partOf(raw, null), ...forwards]
}

function mediaOf({ raw, content }: Part, hosts: MediaHosts): Media[] {
  const isVoice = (flagsOf(raw['flags']) & MessageFlags.IsVoiceMessage) !== 0
  const attachments = isVoice ? [] : attachmentMedia(raw['attachments'])
  const own = new Set(attachments.map(({ id }) => id))
  const isOther = ({ id, url }: Media) => !own.has(id) && !own.has(attachmentIdIn(url))
  const components = componentMedia(raw['components'], hosts).filter(isOther)
  const embeds = distinct(embedMedia(raw['embeds'], hosts).filter(isOther))
  const embedded = new Set(embeds.flatMap(({ address, url }) => [address, url]))
  const links = videoLinksIn(content, hosts).filter((url) => !embedded.has(url))
  const posted = [...embeds, ...links.map(linkMedia)].map((media) => ({
    ...media,
    isSpoiler: isSpoilered(content, media.linkUrl ?? media.url),
  }))
  return [...attachments, ...components, ...posted]
}

/** Several videos of one posted address are told apart by where their bytes are; the same video twice is one. */
function distinct(embeds: readonly Media[]): Media[] {
  const found = new Map<string, Media>()
  for (const media of embeds) {
    const known = found.get(media.address)
    if (!known) found.set(media.address, media)
    else if (known.filename !== media.filename) {
      const address = `${media.address} ${media.filename}`
      if (!found.has(address)) found.set(address, { ...media, address })
    }
  }
  return [...found.values()]
}

/** By its media type (parameters ignored), by its name, or because Discord plays it. What the lists leave out on purpose is none. */
function isVideo({ contentType, filename, playsAsVideo }: Media, rules: ClipRules): boolean {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (rules.mimeAllowlist.includes(mediaType)) return true
  const name = filename.toLowerCase()
  if (rules.videoExtensions.some((extension) => name.endsWith(extension))) return true
  return playsAsVideo && !VIDEO_NAME.test(name) && !/^(?:video|audio|image)\//.test(mediaType)
}

function toClip(raw: Raw, { content, forwardedFrom }: Part, media: Media): FoundClip {
  const { address, playsAsVideo: _, ...found } = media
  const messageId = raw['id'] as string
  const author = forwardedFrom ? {} : toRaw(raw['author'])
  return {
    ...found,
    id: media.id ?? syntheticId(messageId, address),
    messageId,
    channelId: raw['channel_id'] as string,
    source: forwardedFrom ? 'forward' : media.source,
    authorId: isSnowflake(author['id']) ? author['id'] : null,
    authorName: textOf(author['global_name'], 255) ?? textOf(author['username'], 255),
    authorAvatarHash: textOf(author['avatar'], 255),
    isBot: isBot(raw),
    messageContent: content,
    forwardedGuildId: idOf(forwardedFrom?.['guild_id']),
    forwardedChannelId: idOf(forwardedFrom?.['channel_id']),
    forwardedMessageId: idOf(forwardedFrom?.['message_id']),
    postedAt: momentOf(raw['timestamp']) ?? snowflakeToDate(messageId),
    editedAt: momentOf(raw['edited_timestamp']),
  }
}

function idOf(value: unknown): string | null {
  return isSnowflake(value) ? value : null
}

function isFirstOfItsId(clip: FoundClip, index: number, all: readonly FoundClip[]): boolean {
  return all.findIndex(({ id }) => id === clip.id) === index
}
