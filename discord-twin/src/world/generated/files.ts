import { statSync } from 'node:fs'
import type { Attachment } from '../types.ts'
import { avatarFiles, iconFiles, mediaFiles } from '../media-files.ts'
import { toUploads } from '../uploads.ts'
import { mix, pick } from './hash.ts'
import { game, recordingName } from './words.ts'

/** Where a generated file stands. `id` is its own, `hash` says what it is. */
type Place = { id: string; channelId: string; hash: number; at: Date }

/** A video. */
export function generatedClip(
  { id, channelId, hash, at }: Place,
  options: { spoiler?: boolean; participantIds?: string[] } = {},
): Attachment {
  const media = pick(mediaFiles, hash)
  const extension = media.fileName.slice(media.fileName.lastIndexOf('.'))
  const [clip] = toUploads(
    [
      {
        key: media.key,
        fileName: `${recordingName(mix(hash, 7, 7), at)}${extension}`,
        spoiler: options.spoiler ?? false,
        ...(options.participantIds
          ? { clip: { participantIds: options.participantIds, application: game(hash >>> 5), createdAt: at } }
          : {}),
      },
    ],
    channelId,
    () => id,
  )
  if (!clip) throw new Error('An upload of one file must give one attachment.')
  return clip
}

const notes = Buffer.from('wins: 12\nlosses: 9\nbest lap: 1:42.310\n')
const sound = silence()

/** A file that is no video: a picture, a text or a sound. */
export function generatedFile({ id, channelId, hash }: Place): Attachment {
  const plain = {
    id,
    channelId,
    title: null,
    description: null,
    width: null,
    height: null,
    durationSeconds: null,
    thumbhash: null,
    flags: 0,
    mediaKey: null,
    clip: null,
  }
  const kind = hash % 10
  const number = (hash >>> 4) % 10_000
  if (kind === 0)
    return {
      ...plain,
      fileName: `results_${number}.txt`,
      contentType: 'text/plain; charset=utf-8',
      sizeBytes: notes.length,
      content: { bytes: notes },
    }
  if (kind === 1)
    return {
      ...plain,
      fileName: `sound_${number}.wav`,
      contentType: 'audio/x-wav',
      sizeBytes: sound.length,
      durationSeconds: 0.5,
      content: { bytes: sound },
    }
  const { path } = pick([...avatarFiles, ...iconFiles], hash >>> 4)
  return {
    ...plain,
    fileName: `Screenshot_${number}.png`,
    contentType: 'image/png',
    sizeBytes: sizeOf(path),
    width: 256,
    height: 256,
    content: { path },
  }
}

const sizes = new Map<string, number>()

function sizeOf(path: string): number {
  const size = sizes.get(path) ?? statSync(path).size
  sizes.set(path, size)
  return size
}

/** Half a second of a quiet WAV file, 8 kHz, one byte each. */
function silence(): Buffer {
  const samples = 4000
  const file = Buffer.alloc(44 + samples, 128)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(8000, 24)
  file.writeUInt32LE(8000, 28)
  file.writeUInt16LE(1, 32)
  file.writeUInt16LE(8, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples, 40)
  return file
}
