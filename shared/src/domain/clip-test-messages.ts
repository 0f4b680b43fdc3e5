import type { APIAttachment, APIMessage } from 'discord-api-types/v10'
import type { ClipRules } from './clip-types.ts'

/** Rules that take every source. For tests. */
export const anyRules: ClipRules = {
  acceptVideo: true,
  minVideoSeconds: 0,
  maxVideoSeconds: 0,
  maxSizeBytes: 0,
  mimeAllowlist: ['video/mp4', 'video/quicktime'],
  videoExtensions: ['.mp4', '.mkv'],
  textInclude: null,
  textExclude: null,
  acceptBots: true,
  acceptEmbeds: true,
  keepsText: true,
  linkHosts: ['clips.example.org'],
  cdnHosts: ['cdn.discordapp.com', 'media.discordapp.net', 'images-ext-1.discordapp.net'],
  botUserId: '999',
}

/** A video attachment. For tests. */
export function attachment(id: string, more: Partial<APIAttachment> = {}): APIAttachment {
  const url = `https://cdn.discordapp.com/attachments/2/${id}/clip.mp4?ex=1`
  return { id, filename: 'clip.mp4', content_type: 'video/mp4', size: 1000, url, proxy_url: url, ...more }
}

/** A message; what is given may be anything. For tests. */
export function message(more: Record<string, unknown>): APIMessage {
  return {
    id: '1456789012345678901',
    channel_id: '2',
    content: '',
    timestamp: '2026-01-02T03:04:05.678000+00:00',
    author: { id: '3', username: 'anna', global_name: 'Anna', avatar: 'hash', discriminator: '0' },
    attachments: [],
    ...more,
  } as unknown as APIMessage
}
