import type { REST } from '@discordjs/rest'
import { Routes, type APIMessage } from 'discord-api-types/v10'
import { clipUrlIn } from '../domain/clips.ts'
import { toDiscordFailure } from './rest.ts'

/** When a signed attachment address stops working: its `ex` parameter, seconds in hex. Null when it has none. A hint, not a promise. */
export function attachmentExpiry(url: string): Date | null {
  const ex = new URL(url).searchParams.get('ex')
  return ex && /^[0-9a-f]{1,12}$/i.test(ex) ? new Date(Number.parseInt(ex, 16) * 1000) : null
}

/**
 * A fresh address for an attachment from POST /attachments/refresh-urls (undocumented, at most 50 addresses); null when the route does not give one:
 * it is not promised, and the message tells for sure.
 */
export async function refreshAttachmentUrl(rest: REST, url: string): Promise<string | null> {
  try {
    const answer = (await rest.post('/attachments/refresh-urls', { body: { attachment_urls: [url] } })) as {
      refreshed_urls?: { refreshed?: string }[]
    }
    return answer.refreshed_urls?.[0]?.refreshed ?? null
  } catch {
    // See above.
    return null
  }
}

/** The address of a clip as its message has it now. Null when it is not in the message any more; throws `PermanentFailure` when the message is gone. */
export async function readClipUrl(
  rest: REST,
  { id, channelId, messageId }: { id: string; channelId: string; messageId: string },
  hosts: { cdnHosts: readonly string[]; linkHosts: readonly string[] },
): Promise<string | null> {
  try {
    return clipUrlIn((await rest.get(Routes.channelMessage(channelId, messageId))) as APIMessage, id, hosts)
  } catch (error) {
    throw toDiscordFailure(error, `reading message ${messageId}`)
  }
}
