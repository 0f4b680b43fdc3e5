import type { ClipItem } from './api-types.ts'

/** Message text as people read it: mentions, channels and own emojis without Discord's markup. */
export function toPlainText(content: string): string {
  return content
    .replaceAll(/<a?:(\w+):\d+>/g, ':$1:')
    .replaceAll(/<@[!&]?\d+>/g, '@someone')
    .replaceAll(/<#\d+>/g, '#channel')
    .replaceAll(/<t:(\d+)(?::\w)?>/g, (_, seconds: string) =>
      new Date(Number(seconds) * 1000).toISOString().slice(0, 10),
    )
    .replaceAll(/\*\*|__|~~|\|\|/g, '')
    .trim()
}

/** What a clip is called: what somebody called it here, else the first line somebody wrote with it, else its title, else its file name without ending. */
export function clipTitle(clip: Pick<ClipItem, 'givenTitle' | 'text' | 'title' | 'filename'>): string {
  if (clip.givenTitle !== null) return clip.givenTitle
  const line = toPlainText(clip.text).split('\n', 1)[0]?.trim()
  if (line && !/^https?:\/\/\S+$/.test(line)) return line
  if (clip.title) return clip.title
  return clip.filename
    .replace(/^SPOILER_/, '')
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replaceAll('_', ' ')
    .trim()
}

const CODECS: [pattern: RegExp, name: string][] = [
  [/^(avc|h\.?264|avc1|avc3)/i, 'H.264'],
  [/^(hevc|h\.?265|hvc1|hev1)/i, 'HEVC'],
  [/^(av1|av01)/i, 'AV1'],
  [/^(vp9|vp09)/i, 'VP9'],
  [/^vp8/i, 'VP8'],
  [/^aac|^mp4a/i, 'AAC'],
  [/^opus/i, 'Opus'],
  [/^mp3/i, 'MP3'],
]

/** The name people know a codec by. */
export function codecName(codec: string | null): string | null {
  if (codec === null) return null
  return CODECS.find(([pattern]) => pattern.test(codec))?.[1] ?? codec.toUpperCase()
}

/** What to ask `canPlayType` about a codec that browsers differ on; null when every browser plays it or it is not known. */
export function codecProbe(codec: string | null): string | null {
  switch (codecName(codec)) {
    case 'HEVC':
      return 'video/mp4; codecs="hvc1.1.6.L120.90"'
    case 'AV1':
      return 'video/mp4; codecs="av01.0.08M.08"'
    case 'VP9':
      return 'video/webm; codecs="vp9"'
    case null:
    default:
      return null
  }
}
