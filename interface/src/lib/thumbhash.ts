import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash'

const pictures = new Map<string, string | null>()
const colours = new Map<string, string | null>()

/** The blurred picture behind a thumbhash, as a data address; null when it is not one. */
export function thumbhashPicture(hash: string | null): string | null {
  return remember(pictures, hash, (bytes) => thumbHashToDataURL(bytes))
}

/** The average colour behind a thumbhash; cheap enough for the server to send with every tile. */
export function thumbhashColour(hash: string | null): string | null {
  return remember(colours, hash, (bytes) => {
    const { r, g, b } = thumbHashToAverageRGBA(bytes)
    return `rgb(${[r, g, b].map((part) => Math.round(part * 255)).join(' ')})`
  })
}

function remember(known: Map<string, string | null>, hash: string | null, make: (bytes: Uint8Array) => string) {
  if (!hash) return null
  const old = known.get(hash)
  if (old !== undefined) return old
  let made: string | null = null
  try {
    made = make(Uint8Array.from(atob(hash), (char) => char.charCodeAt(0)))
  } catch {
    // Not base64, or not a thumbhash: the tile stays plain.
  }
  if (known.size > 2_000) known.clear()
  known.set(hash, made)
  return made
}
