import path from 'node:path'
import manifest from '../../media/manifest.json' with { type: 'json' }

const folder = path.resolve(import.meta.dirname, '../../media')

/** A video the world posts. What cannot be played claims what Discord would have claimed before looking. */
export type MediaFile = {
  key: string
  /** The name it was uploaded under. */
  fileName: string
  path: string
  contentType: string
  sizeBytes: number
  /** As displayed, after rotation. */
  width: number
  height: number
  durationSeconds: number
  /** Base64. */
  thumbhash: string
  codec: string
  playable: boolean
}

/** Every video of the world. */
export const mediaFiles: readonly MediaFile[] = manifest.map(({ file, ...entry }) => ({
  ...entry,
  path: path.join(folder, file),
}))

/** Pictures of people and guilds. */
export const avatarFiles = pictures('avatar', 12)
export const iconFiles = pictures('icon', 5)

/** One video. Throws for a key that does not exist. */
export function mediaFile(key: string): MediaFile {
  const found = mediaFiles.find((file) => file.key === key)
  if (!found)
    throw new RangeError(
      `There is no media file ${JSON.stringify(key)}. There are: ${mediaFiles.map((file) => file.key).join(', ')}.`,
    )
  return found
}

function pictures(kind: 'avatar' | 'icon', count: number): readonly { key: string; path: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${kind}-${index + 1}`,
    path: path.join(folder, `${kind}s`, `${kind}-${index + 1}.png`),
  }))
}
