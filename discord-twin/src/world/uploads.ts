import { AttachmentFlags, type APIEmbed } from 'discord-api-types/v10'
import { contentTypeOf, factsOf } from './file-facts.ts'
import { marked } from './marked.ts'
import { mediaFile } from './media-files.ts'
import type { Attachment } from './types.ts'

/** A file to post: one of the world's videos by key, or bytes. A `mark` makes the bytes of a video differ from those of every other. */
export type Upload =
  | { key: string; fileName?: string; spoiler?: boolean; mark?: string; clip?: NonNullable<Attachment['clip']> }
  | {
      name: string
      bytes: Buffer
      contentType: string | null
      description?: string
      title?: string
      spoiler?: boolean
      /** Of a voice message. */
      voice?: { durationSeconds: number; waveform: string }
    }

/** Makes attachments of files, each with an id of its own. */
export function toUploads(files: readonly Upload[], channelId: string, nextId: () => string): Attachment[] {
  return files.map((file) =>
    'key' in file ? fromMedia(file, channelId, nextId()) : fromBytes(file, channelId, nextId()),
  )
}

function fromMedia(upload: Extract<Upload, { key: string }>, channelId: string, id: string): Attachment {
  const file = mediaFile(upload.key)
  const name = upload.fileName ?? file.fileName
  const bytes = upload.mark === undefined ? null : marked(file, upload.mark)
  return {
    id,
    channelId,
    fileName: cleanName(upload.spoiler ? `SPOILER_${name}` : name),
    title: null,
    description: null,
    contentType: file.contentType,
    sizeBytes: bytes?.length ?? file.sizeBytes,
    width: file.width,
    height: file.height,
    durationSeconds: file.durationSeconds,
    thumbhash: file.thumbhash,
    flags: (upload.spoiler ? AttachmentFlags.IsSpoiler : 0) | (upload.clip ? AttachmentFlags.IsClip : 0),
    content: bytes ? { bytes } : { path: file.path },
    mediaKey: file.key,
    clip: upload.clip ?? null,
  }
}

function fromBytes(upload: Extract<Upload, { name: string }>, channelId: string, id: string): Attachment {
  const { name, bytes, voice } = upload
  const isSpoiler = upload.spoiler ?? name.startsWith('SPOILER_')
  const fileName = cleanName(isSpoiler && !name.startsWith('SPOILER_') ? `SPOILER_${name}` : name)
  const facts = factsOf(bytes)
  return {
    id,
    channelId,
    fileName,
    title: upload.title ?? (cleanName(name) === name ? null : name.replace(/\.[^.]*$/, '')),
    description: upload.description ?? null,
    contentType: contentTypeOf(name, upload.contentType),
    sizeBytes: bytes.length,
    ...facts,
    ...(voice ? { durationSeconds: voice.durationSeconds, waveform: voice.waveform } : {}),
    flags: isSpoiler ? AttachmentFlags.IsSpoiler : 0,
    content: { bytes },
    uploadName: name,
    clip: null,
  }
}

/** Which files stand in the message's own list: those that neither its components (Components V2) nor its embeds show. */
export function placeFiles(
  files: readonly Attachment[],
  { embeds, inComponents }: { embeds: readonly APIEmbed[]; inComponents: boolean },
): { attachments: Attachment[]; componentFiles: Attachment[] } {
  const urls = embeds.flatMap(({ image, thumbnail, video, author, footer }) =>
    [image?.url, thumbnail?.url, video?.url, author?.icon_url, footer?.icon_url].filter((url) => url !== undefined),
  )
  const isShown = (file: Attachment) =>
    inComponents || urls.some((url) => url.startsWith('attachment://') && isNamed(file, url.slice(13)))
  return {
    attachments: files.filter((file) => !isShown(file)),
    componentFiles: files.filter(isShown),
  }
}

/** Whether `attachment://name` means this file. */
export function isNamed({ fileName, uploadName }: Attachment, name: string): boolean {
  return fileName === name || uploadName === name || fileName === `SPOILER_${name}`
}

/** Discord keeps letters, digits, dot, dash and underscore; spaces become underscores. */
function cleanName(name: string): string {
  return name.replace(/\s+/g, '_').replace(/[^\w.-]/g, '')
}
