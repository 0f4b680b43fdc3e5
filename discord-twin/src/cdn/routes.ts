import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { avatarFiles, iconFiles } from '../world/media-files.ts'
import type { Attachment } from '../world/types.ts'
import { parseRange } from './range.ts'

/** Files: attachments by signed address; avatars and icons without. */
export function cdnRoutes(app: FastifyInstance, { world, signer }: TwinContext): void {
  app.get<{ Params: { channel: string; attachment: string; name: string } }>(
    '/attachments/:channel/:attachment/:name',
    async (request, reply) => {
      const { channel, attachment, name } = request.params
      const url = new URL(request.url, 'http://cdn')
      const found = world.findAttachment(channel, attachment)
      if (!found || found.fileName !== name || !signer.verify(url.pathname, url.searchParams)) return gone(reply)
      return sendFile(request, reply, found)
    },
  )
  app.get<{ Params: { owner: string; name: string } }>('/avatars/:owner/:name', async (request, reply) =>
    sendPicture(reply, avatarFiles, request.params.name),
  )
  app.get<{ Params: { owner: string; name: string } }>('/icons/:owner/:name', async (request, reply) =>
    sendPicture(reply, iconFiles, request.params.name),
  )
}

function gone(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain;charset=UTF-8').send('This content is no longer available.')
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: Attachment): Promise<FastifyReply> {
  const { content } = file
  const size = 'path' in content ? (await stat(content.path)).size : content.bytes.length
  const etag = `"${file.id}-${size.toString(16)}"`
  void reply
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('cache-control', 'public, max-age=31536000')
    .header('content-disposition', `attachment; filename="${file.fileName}"`)
    .type(file.contentType ?? 'application/octet-stream')
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  const range = parseRange(request.headers.range, size)
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send()
  const { start, end } = range ?? { start: 0, end: size - 1 }
  if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
  void reply.header('content-length', end - start + 1)
  if ('bytes' in content) return reply.send(Readable.from([content.bytes.subarray(start, end + 1)]))
  return reply.send(createReadStream(content.path, { start, end }))
}

async function sendPicture(
  reply: FastifyReply,
  files: readonly { key: string; path: string }[],
  name: string,
): Promise<FastifyReply> {
  const file = files.find(({ key }) => key === name.replace(/\.(png|webp)$/, ''))
  if (!file) return gone(reply)
  return reply
    .type('image/png')
    .header('cache-control', 'public, max-age=31536000')
    .header('content-length', (await stat(file.path)).size)
    .send(createReadStream(file.path))
}
