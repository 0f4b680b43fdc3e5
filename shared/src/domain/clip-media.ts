import { AttachmentFlags, ComponentType } from 'discord-api-types/v10'
import { isSnowflake } from '../core/snowflake.ts'
import { bytesOf, flagsOf, momentOf, pixelsOf, rawList, secondsOf, textOf, toRaw, type Raw } from './careful.ts'
import type { ClipParticipant, ClipRules, FoundClip } from './clip-types.ts'
import { isCdnUrl, isLinkUrl } from './hosts.ts'

/** Which addresses bytes can be fetched from. */
export type MediaHosts = Pick<ClipRules, 'cdnHosts' | 'linkHosts' | 'acceptEmbeds'>

type OfMessage =
  | 'messageId'
  | 'channelId'
  | 'authorId'
  | 'authorName'
  | 'authorAvatarHash'
  | 'isBot'
  | 'messageContent'
  | 'forwardedGuildId'
  | 'forwardedChannelId'
  | 'forwardedMessageId'
  | 'postedAt'
  | 'editedAt'

/** A file or a video of a message. */
export type Media = Omit<FoundClip, OfMessage | 'id'> & {
  /** The attachment's; null when it has none. */
  id: string | null
  /** What tells it from others of the message that have no id. */
  address: string
  /** Discord shows it as a video, whatever its type and name. */
  playsAsVideo: boolean
}

const NESTING_MAX = 8
const nothing = {
  title: null,
  description: null,
  contentType: null,
  sizeBytes: 0,
  width: null,
  height: null,
  durationSeconds: null,
  placeholder: null,
  isSpoiler: false,
  isNativeClip: false,
  recordedAt: null,
  gameId: null,
  gameName: null,
  participants: [] as readonly ClipParticipant[],
  linkUrl: null,
  playsAsVideo: false,
}

/** The attachments, except voice messages (https://docs.discord.com/developers/resources/message#attachment-object). */
export function attachmentMedia(attachments: unknown): Media[] {
  return rawList(attachments).flatMap((raw) => {
    const [id, url] = [raw['id'], textOf(raw['url'], 4096)]
    if (!isSnowflake(id) || url === null || textOf(raw['waveform']) !== null) return []
    const flags = flagsOf(raw['flags'])
    const filename = textOf(raw['filename'], 1024) ?? nameIn(url)
    const [width, height, durationSeconds] = [
      pixelsOf(raw['width']),
      pixelsOf(raw['height']),
      secondsOf(raw['duration_secs']),
    ]
    const game = toRaw(raw['application'])
    return {
      ...nothing,
      source: 'attachment',
      id,
      url,
      address: id,
      filename,
      title: textOf(raw['title'], 1024),
      description: textOf(raw['description']),
      contentType: textOf(raw['content_type'], 255),
      sizeBytes: bytesOf(raw['size']),
      width,
      height,
      durationSeconds,
      placeholder: textOf(raw['placeholder'], 255),
      isSpoiler:
        (flags & AttachmentFlags.IsSpoiler) !== 0 || raw['is_spoiler'] === true || filename.startsWith('SPOILER_'),
      isNativeClip: (flags & AttachmentFlags.IsClip) !== 0,
      recordedAt: momentOf(raw['clip_created_at']),
      gameId: isSnowflake(game['id']) ? game['id'] : null,
      gameName: textOf(game['name'], 255),
      participants: rawList(raw['clip_participants']).flatMap(participantOf).slice(0, 100),
      playsAsVideo: width !== null && height !== null && durationSeconds !== null,
    }
  })
}

/** The media of Components V2 whose bytes lie on an allowed host (https://docs.discord.com/developers/components/reference#unfurled-media-item). */
export function componentMedia(components: unknown, hosts: MediaHosts, isSpoiler = false, depth = 0): Media[] {
  if (depth > NESTING_MAX) return []
  return rawList(components).flatMap((raw) => {
    const hides = isSpoiler || raw['spoiler'] === true
    switch (raw['type']) {
      case ComponentType.Container:
        return componentMedia(raw['components'], hosts, hides, depth + 1)
      case ComponentType.ActionRow:
        return componentMedia(raw['components'], hosts, isSpoiler, depth + 1)
      case ComponentType.Section:
        return componentMedia([...rawList(raw['components']), raw['accessory']], hosts, isSpoiler, depth + 1)
      case ComponentType.Thumbnail:
        return unfurled(toRaw(raw['media']), raw, hides, hosts)
      case ComponentType.File:
        return unfurled(toRaw(raw['file']), raw, hides, hosts)
      case ComponentType.MediaGallery:
        return rawList(raw['items']).flatMap((item) =>
          unfurled(toRaw(item['media']), item, isSpoiler || item['spoiler'] === true, hosts),
        )
      default:
        return []
    }
  })
}

/** The videos of embeds: those Discord serves from its own proxy, and those of allowed clip hosts. */
export function embedMedia(embeds: unknown, hosts: MediaHosts): Media[] {
  return rawList(embeds).flatMap((raw) => {
    const video = toRaw(raw['video'])
    const [direct, proxied] = [textOf(video['url']), textOf(video['proxy_url'])]
    const plays = raw['type'] === 'video' || raw['type'] === 'gifv'
    const fromProxy = hosts.acceptEmbeds && plays && proxied !== null && isCdnUrl(hosts.cdnHosts, proxied)
    const url = fromProxy ? proxied : direct
    if (url === null || (!fromProxy && !isLinkUrl(hosts.linkHosts, url))) return []
    const posted = textOf(raw['url']) ?? direct ?? url
    return {
      ...nothing,
      source: fromProxy ? 'embed' : 'link',
      id: null,
      url,
      linkUrl: posted,
      address: posted,
      filename: nameIn(direct ?? url),
      title: textOf(raw['title'], 1024),
      description: textOf(raw['description']),
      contentType: textOf(video['content_type'], 255),
      width: pixelsOf(video['width']),
      height: pixelsOf(video['height']),
      placeholder: textOf(video['placeholder'], 255),
      playsAsVideo: true,
    }
  })
}

/** A video file that the text links to. */
export function linkMedia(url: string): Media {
  return { ...nothing, source: 'link', id: null, url, linkUrl: url, address: url, filename: nameIn(url) }
}

/** The id of the attachment that an address of a Discord file server names, or null. */
export function attachmentIdIn(url: string): string | null {
  return /\/(?:ephemeral-)?attachments\/\d{1,20}\/(\d{1,20})\//.exec(url)?.[1] ?? null
}

function unfurled(item: Raw, around: Raw, isSpoiler: boolean, hosts: MediaHosts): Media[] {
  const given = [textOf(item['url']), textOf(item['proxy_url'])].filter((url) => url !== null)
  const url =
    given.find((address) => isCdnUrl(hosts.cdnHosts, address)) ??
    given.find((address) => isLinkUrl(hosts.linkHosts, address))
  const [posted] = given
  if (url === undefined || posted === undefined) return []
  const id = isSnowflake(item['attachment_id']) ? item['attachment_id'] : null
  const filename = textOf(around['name'], 1024) ?? nameIn(posted)
  return [
    {
      ...nothing,
      source: 'component',
      id,
      url,
      linkUrl: id === null ? posted : null,
      address: posted,
      filename,
      description: textOf(around['description']),
      contentType: textOf(item['content_type'], 255),
      sizeBytes: bytesOf(around['size']),
      width: pixelsOf(item['width']),
      height: pixelsOf(item['height']),
      placeholder: textOf(item['placeholder'], 255),
      isSpoiler: isSpoiler || filename.startsWith('SPOILER_'),
    },
  ]
}

function participantOf(raw: Raw): ClipParticipant[] {
  const id = raw['id']
  const name = textOf(raw['global_name'], 255) ?? textOf(raw['username'], 255)
  return isSnowflake(id) && name !== null ? [{ id, name, avatar: textOf(raw['avatar'], 255) }] : []
}

/** The last part of an address's path, as one would name the file. */
function nameIn(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined
  if (!last) return 'video'
  try {
    return decodeURIComponent(last).slice(0, 1024)
  } catch {
    // Not everything with a percent sign is encoded.
    return last.slice(0, 1024)
  }
}
