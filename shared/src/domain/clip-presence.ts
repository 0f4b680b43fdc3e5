import type { APIMessage } from 'discord-api-types/v10'

/** Whether a stored clip still stands in its message, whatever the settings say about it now. */
export function isClipIn(message: APIMessage, clip: { id: string; linkUrl: string | null }): boolean {
  const text = JSON.stringify(message)
  if (text.includes(`"${clip.id}"`) || text.includes(`/${clip.id}/`)) return true
  return clip.linkUrl !== null && text.includes(JSON.stringify(clip.linkUrl).slice(1, -1))
}
