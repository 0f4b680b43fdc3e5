import type { REST } from '@discordjs/rest'
import { Routes, type APIMessage } from 'discord-api-types/v10'
import { toDiscordFailure } from './rest.ts'

/** When a signed attachment address stops working: its `ex` parameter, seconds in hex. Null when it has none. A hint, not a promise. */
export function attachmentExpiry(url: string): Date | null {
  const ex = new URL(url).searchParams.get('ex')
  return ex && /^[0-9a-f]{1,12}$/i.test(ex) ? new Date(Number.parseInt(ex, 16) * 1000) : null
}

/** An attachment with where it was posted. */
export type PostedAttachment = { id: string; url: string; channelId: string; messageId: string }

/**
 * A fresh address for an attachment. Asks POST /attachments/refresh-urls first (undocumented, at most 50 addresses) and reads the message when that fails.
 * Null when the attachment is not in the message any more. Throws `PermanentFailure` when the message is gone.
 */
export async function refreshAttachmentUrl(rest: REST, attachment: PostedAttachment): Promise<string | null> {
  try {
    const answer = (await rest.post('/attachments/refresh-urls', { body: { attachment_urls: [attachment.url] } })) as {
      refreshed_urls?: { refreshed?: string }[]
    }
    const refreshed = answer.refreshed_urls?.[0]?.refreshed
    if (refreshed) return refreshed
  } catch {
    // The route is not promised; the message tells for sure.
  }
  return readAttachmentUrl(rest, attachment)
}

/** The address of an attachment as its message has it now. Null when it is not in the message any more; throws `PermanentFailure` when the message is gone. */
export async function readAttachmentUrl(
  rest: REST,
  { id, channelId, messageId }: Omit<PostedAttachment, 'url'>,
): Promise<string | null> {
  try {
    const message = (await rest.get(Routes.channelMessage(channelId, messageId))) as APIMessage
    const parts = [message, ...(message.message_snapshots ?? []).map((snapshot) => snapshot.message)]
    return parts.flatMap((part) => part.attachments ?? []).find((attachment) => attachment.id === id)?.url ?? null
  } catch (error) {
    throw toDiscordFailure(error, `reading message ${messageId}`)
  }
}
