import type { TwinContext } from '../context.ts'
import type { Attachment } from '../world/types.ts'
import { isNamed } from '../world/uploads.ts'
import { attachmentPayload } from './attachments.ts'

/** Something shown from an address: one of the message's own files, or a page elsewhere through Discord's proxy. */
export type ShownMedia = { url: string; proxyUrl: string; file: ReturnType<typeof attachmentPayload> | null }

/** What `attachment://name` or an address shows. Discord serves what is elsewhere from a proxy of its own. */
export function showMedia(context: TwinContext, url: string, files: readonly Attachment[]): ShownMedia {
  const file = findUploaded(url, files)
  if (file) {
    const payload = attachmentPayload(context, file)
    return { url: payload.url, proxyUrl: payload.proxy_url, file: payload }
  }
  const own = context.url()
  if (url.startsWith(`${own}/`)) return { url, proxyUrl: url, file: null }
  return { url, proxyUrl: `${own}/external/${encodeURIComponent(url)}`, file: null }
}

/** The file that `attachment://name` means. */
export function findUploaded(url: string, files: readonly Attachment[]): Attachment | undefined {
  const name = /^attachment:\/\/(.+)$/.exec(url)?.[1]
  return name === undefined ? undefined : files.find((file) => isNamed(file, name))
}
