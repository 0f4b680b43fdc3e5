import { codecProbe } from '@/lib/clip-text.ts'

/** False when the browser itself says that it cannot play a codec. When nothing is known, it may try. */
export function canPlay(codec: string | null): boolean {
  const probe = codecProbe(codec)
  if (probe === null || typeof document === 'undefined') return true
  return document.createElement('video').canPlayType(probe) !== ''
}
