import path from 'node:path'
import { avatarFiles, iconFiles, mediaFile } from '../world/media-files.ts'

const folder = path.resolve(import.meta.dirname, '../../media/stills')
const pictures = new Map([...avatarFiles, ...iconFiles].map((file) => [file.key, file.path]))

/** A file with its type. */
export type Picture = { path: string; contentType: string }

/** An avatar or icon by its name in the address (`avatar-1.webp`); `unsupported` for a format there is none of. */
export function pictureNamed(name: string): Picture | 'unsupported' | undefined {
  const { name: key, ext } = path.parse(name)
  const png = pictures.get(key)
  if (!png) return undefined
  if (ext === '.png') return { path: png, contentType: 'image/png' }
  return ext === '.webp' ? { path: path.join(folder, `${key}.webp`), contentType: 'image/webp' } : 'unsupported'
}

/** One of the pictures people without their own have. */
export function defaultAvatar(name: string): Picture | undefined {
  const [, index] = /^([0-5])\.png$/.exec(name) ?? []
  const file = index === undefined ? undefined : avatarFiles[Number(index)]
  return file && { path: file.path, contentType: 'image/png' }
}

/** A frame of a clip that can be played. `png` is smaller than the others. */
export function stillOf(mediaKey: string, format: 'jpeg' | 'webp' | 'png'): Picture | undefined {
  if (!mediaFile(mediaKey).playable) return undefined
  return { path: path.join(folder, `${mediaKey}.${format}`), contentType: `image/${format}` }
}
