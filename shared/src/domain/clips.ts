import { AttachmentFlags, type APIAttachment, type APIMessage } from 'discord-api-types/v10'

/** The channel settings that decide which attachments are clips. */
export type ClipRules = {
  acceptVideo: boolean
  minVideoSeconds: number
  mimeAllowlist: readonly string[]
  videoExtensions: readonly string[]
  textIncludeRegex: string | null
  textExcludeRegex: string | null
}

/** A clip found in a message, not stored yet. */
export type FoundClip = {
  id: string
  messageId: string
  channelId: string
  source: 'attachment' | 'forward'
  authorId: string | null
  authorName: string | null
  authorAvatarHash: string | null
  messageContent: string
  filename: string
  contentType: string | null
  sizeBytes: number
  width: number | null
  height: number | null
  durationSeconds: number | null
  placeholder: string | null
  isSpoiler: boolean
  isNativeClip: boolean
  url: string
  postedAt: Date
}

type Part = Pick<APIMessage, 'attachments' | 'content'>

/** The clips of a message: its video attachments and those of a forwarded message. Order as in the message. */
export function clipsIn(message: APIMessage, rules: ClipRules): FoundClip[] {
  if (!rules.acceptVideo) return []
  const forwarded = (message.message_snapshots ?? []).flatMap(({ message: part }) =>
    fromPart(message, part, 'forward', rules),
  )
  return [...fromPart(message, message, 'attachment', rules), ...forwarded]
}

/** Whether an attachment is a video by its media type (parameters ignored) or, failing that, by its file name. */
export function isVideo(attachment: Pick<APIAttachment, 'content_type' | 'filename'>, rules: ClipRules): boolean {
  const mediaType = attachment.content_type?.split(';')[0]?.trim().toLowerCase()
  if (rules.mimeAllowlist.some((allowed) => allowed.toLowerCase() === mediaType)) return true
  const name = attachment.filename.toLowerCase()
  return rules.videoExtensions.some((extension) => name.endsWith(extension.toLowerCase()))
}

function fromPart(message: APIMessage, part: Part, source: FoundClip['source'], rules: ClipRules): FoundClip[] {
  const content = part.content ?? ''
  if (rules.textIncludeRegex !== null && !new RegExp(rules.textIncludeRegex).test(content)) return []
  if (rules.textExcludeRegex !== null && new RegExp(rules.textExcludeRegex).test(content)) return []
  return (part.attachments ?? [])
    .filter((attachment) => isVideo(attachment, rules))
    .filter((attachment) => (attachment.duration_secs ?? Infinity) >= rules.minVideoSeconds)
    .map((attachment) => toClip(message, attachment, content, source))
}

function toClip(
  message: APIMessage,
  attachment: APIAttachment,
  content: string,
  source: FoundClip['source'],
): FoundClip {
  const author = source === 'forward' ? null : message.author
  const flags = attachment.flags ?? 0
  return {
    id: attachment.id,
    messageId: message.id,
    channelId: message.channel_id,
    source,
    authorId: author?.id ?? null,
    authorName: author ? (author.global_name ?? author.username) : null,
    authorAvatarHash: author?.avatar ?? null,
    messageContent: content,
    filename: attachment.filename,
    contentType: attachment.content_type ?? null,
    sizeBytes: attachment.size,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
    durationSeconds: attachment.duration_secs ?? null,
    placeholder: attachment.placeholder ?? null,
    isSpoiler: (flags & AttachmentFlags.IsSpoiler) !== 0 || attachment.filename.startsWith('SPOILER_'),
    isNativeClip: (flags & AttachmentFlags.IsClip) !== 0,
    url: attachment.url,
    postedAt: new Date(message.timestamp),
  }
}
