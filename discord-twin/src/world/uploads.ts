import { AttachmentFlags } from 'discord-api-types/v10'
import { mediaFile } from './media-files.ts'
import type { Attachment } from './types.ts'

/** A file to post: one of the world's videos by key, or bytes. */
export type Upload =
  | { key: string; fileName?: string; spoiler?: boolean; clip?: NonNullable<Attachment['clip']> }
  | { name: string; bytes: Buffer; contentType: string | null; description?: string }

/** Makes attachments of files, each with an id of its own. */
export function toUploads(files: readonly Upload[], channelId: string, nextId: () => string): Attachment[] {
  return files.map((file) =>
    'key' in file ? fromMedia(file, channelId, nextId()) : fromBytes(file, channelId, nextId()),
  )
}

function fromMedia(upload: Extract<Upload, { key: string }>, channelId: string, id: string): Attachment {
  const file = mediaFile(upload.key)
  const name = upload.fileName ?? file.fileName
  return {
    id,
    channelId,
    fileName: cleanName(upload.spoiler ? `SPOILER_${name}` : name),
    title: null,
    description: null,
    contentType: file.contentType,
    sizeBytes: file.sizeBytes,
    width: file.width,
    height: file.height,
    durationSeconds: file.durationSeconds,
    thumbhash: file.thumbhash,
    flags: (upload.spoiler ? AttachmentFlags.IsSpoiler : 0) | (upload.clip ? AttachmentFlags.IsClip : 0),
    content: { path: file.path },
    mediaKey: file.key,
    clip: upload.clip ?? null,
  }
}

function fromBytes(upload: Extract<Upload, { name: string }>, channelId: string, id: string): Attachment {
  return {
    id,
    channelId,
    fileName: cleanName(upload.name),
    title: cleanName(upload.name) === upload.name ? null : upload.name.replace(/\.[^.]*$/, ''),
    description: upload.description ?? null,
    contentType: upload.contentType,
    sizeBytes: upload.bytes.length,
    width: null,
    height: null,
    durationSeconds: null,
    thumbhash: null,
    flags: upload.name.startsWith('SPOILER_') ? AttachmentFlags.IsSpoiler : 0,
    content: { bytes: upload.bytes },
    mediaKey: null,
    clip: null,
  }
}

/** Discord keeps letters, digits, dot, dash and underscore; spaces become underscores. */
function cleanName(name: string): string {
  return name.replace(/\s+/g, '_').replace(/[^\w.-]/g, '')
}
