import type { Answer } from './definition.ts'

/** Routes of files of messages, on the CDN and on the media proxy. */
export const LINKS = ['GET /**attachments/*/*/*', 'HEAD /**attachments/*/*/*'] as const

/** What the CDN answers for an address that is not valid, or not any more. */
export const GONE: Answer = {
  status: 404,
  headers: { 'content-type': 'text/plain;charset=UTF-8' },
  body: 'This content is no longer available.',
}
