import type { FastifyReply, FastifyRequest } from 'fastify'
import { factsOf, readContent, type Content, type Facts } from './facts.ts'
import type { Link } from './link.ts'
import { parseRange } from './range.ts'

/** A file as it goes out. */
type Served = {
  content: Content
  contentType: string
  lastModified: Date
  /** Content-Disposition; null leaves it out. */
  disposition: string | null
  /** Whether parts may be asked for. */
  ranges: boolean
}

/** Answers GET and HEAD with a file as Discord's store does: validators, conditions (RFC 9110 13), one byte range (14), and hashes. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  link: Link,
  file: Served,
): Promise<FastifyReply> {
  const facts = await factsOf(file.content)
  const modified = file.lastModified.toUTCString()
  void reply.headers({
    ...(file.ranges ? { 'accept-ranges': 'bytes' } : {}),
    etag: facts.etag,
    'last-modified': modified,
    'cache-control': 'public, max-age=31536000',
    'x-goog-hash': [`crc32c=${facts.crc32c}`, `md5=${facts.md5}`],
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-stored-content-length': facts.sizeBytes,
    'x-robots-tag': 'noindex, nofollow, noarchive, nocache, noimageindex, noodp',
    'access-control-allow-origin': '*',
  })
  if (isUnchanged(request, facts, modified)) return reply.code(304).send()
  void reply.type(file.contentType)
  if (file.disposition !== null) void reply.header('content-disposition', file.disposition)
  const range = file.ranges ? rangeOf(request, facts, modified) : null
  if (range === 'unsatisfiable')
    return reply.code(416).header('content-range', `bytes */${facts.sizeBytes}`).header('content-length', 0).send()
  const part = range ?? { start: 0, end: facts.sizeBytes - 1 }
  if (range) void reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${facts.sizeBytes}`)
  void reply.header('content-length', part.end - part.start + 1)
  return request.method === 'HEAD' ? reply.send() : reply.send(link.carry(readContent(file.content, part)))
}

function isUnchanged({ headers }: FastifyRequest, { etag }: Facts, modified: string): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined)
    return tags.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return !Number.isNaN(since) && Date.parse(modified) <= since
}

/** Ranges are for GET only, and only while the file is the one that `If-Range` means. */
function rangeOf({ method, headers }: FastifyRequest, { etag, sizeBytes }: Facts, modified: string) {
  const condition = headers['if-range']
  if (method !== 'GET' || (condition !== undefined && condition !== etag && condition !== modified)) return null
  return parseRange(headers.range, sizeBytes)
}
