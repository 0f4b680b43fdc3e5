import type { REST } from '@discordjs/rest'
import { Routes, type APIMessage } from 'discord-api-types/v10'
import { toDiscordFailure } from './rest.ts'

/** When a signed attachment address stops working: its `ex` parameter, seconds in hex. Null when it has none. A hint, not a promise. */
export function attachmentExpiry(url: string): Date | null {
  const ex = new URL(url).searchParams.get('ex')
  return ex && /^[0-9a-f]{1,12}$/i.test(ex) ? new Date(Number.parseInt(ex, 16) * 1000) : null
}

/**
 * A fresh address for an attachment. Asks POST /attachments/refresh-urls first (undocumented, at most 50 addresses) and reads the message when that fails.
 * Null when the attachment is not in the message any more. Throws `PermanentFailure` when the message is gone.
 */
export async function refreshAttachmentUrl(
  rest: REST,
  attachment: { id: string; url: string; channelId: string; messageId: string },
): Promise<string | null> {
  try {
    const answer = (await rest.post('/attachments/refresh-urls', { body: { attachment_urls: [attachment.url] } })) as {
      refreshed_urls?: { refreshed?: string }[]
    }
    const refreshed = answer.refreshed_urls?.[0]?.refreshed
    if (refreshed) return refreshed
  } catch {
    // The route is not promised; the message tells for sure.
  }
  try {
    const message = (await rest.get(Routes.channelMessage(attachment.channelId, attachment.messageId))) as APIMessage
    const parts = [message, ...(message.message_snapshots ?? []).map((snapshot) => snapshot.message)]
    return parts.flatMap((part) => part.attachments ?? []).find(({ id }) => id === attachment.id)?.url ?? null
  } catch (error) {
    throw toDiscordFailure(error, `reading message ${attachment.messageId}`)
  }
}
