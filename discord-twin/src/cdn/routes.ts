import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { dateOf } from '../snowflake.ts'
import type { Attachment } from '../world/types.ts'
import { defaultAvatar, pictureNamed, stillOf, type Picture } from './pictures.ts'
import { sendFile } from './send-file.ts'

type OfAttachment = { Params: { channel: string; attachment: string; name: string } }
type OfPicture = { Params: { name: string } }

const METHODS = ['GET', 'HEAD']
const PICTURES_SINCE = new Date('2025-01-01T00:00:00Z')
const zFormat = z.enum(['jpeg', 'jpg', 'webp', 'png']).transform((format) => (format === 'jpg' ? 'jpeg' : format))

/** Files: attachments by signed address, avatars and icons without; and the media proxy, which makes stills of videos. */
export function cdnRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, signer, clock, link } = context
  void app.register(async (cdn) => {
    cdn.addHook('onRequest', async (_request, reply) => {
      if (clock.skewMs !== 0) void reply.header('date', new Date(clock.now()).toUTCString())
      await link.delay()
    })

    cdn.route<OfAttachment>({
      method: METHODS,
      url: '/attachments/:channel/:attachment/:name',
      handler: (request, reply) => {
        const file = find(request)
        return file ? sendAttachment(request, reply, file, 'attachment') : gone(reply)
      },
    })
    cdn.route<OfAttachment>({
      method: METHODS,
      url: '/media-proxy/attachments/:channel/:attachment/:name',
      handler: (request, reply) => {
        const file = find(request)
        if (!file) return gone(reply)
        const format = searchOf(request).get('format')
        // Pictures go out as they are: their bytes do not change with size or format.
        if (format === null || file.contentType?.startsWith('image/'))
          return sendAttachment(request, reply, file, 'inline')
        const parsed = zFormat.safeParse(format)
        const isVideo = file.contentType?.startsWith('video/') && file.width !== null && file.mediaKey !== null
        const still = isVideo && parsed.success ? stillOf(file.mediaKey as string, parsed.data) : undefined
        return still ? sendPicture(request, reply, still, dateOf(file.id)) : unsupported(reply)
      },
    })
    for (const url of ['/avatars/:owner/:name', '/icons/:owner/:name'])
      cdn.route<OfPicture>({
        method: METHODS,
        url,
        handler: (request, reply) => {
          const picture = pictureNamed(request.params.name)
          if (!picture) return reply.code(404).type('text/plain;charset=UTF-8').send('')
          return picture === 'unsupported' ? unsupported(reply) : sendPicture(request, reply, picture)
        },
      })
    cdn.route<OfPicture>({
      method: METHODS,
      url: '/embed/avatars/:name',
      handler: (request, reply) => {
        const picture = defaultAvatar(request.params.name)
        return picture
          ? sendPicture(request, reply, picture)
          : reply.code(404).type('text/plain;charset=UTF-8').send('')
      },
    })
  })

  /** The attachment a signed address means; both hosts share the signature. */
  function find(request: FastifyRequest<OfAttachment>): Attachment | undefined {
    const { channel, attachment, name } = request.params
    if (!signer.verify(`/attachments/${channel}/${attachment}/${name}`, searchOf(request))) return undefined
    const found = world.findAttachment(channel, attachment)
    return found?.fileName === name ? found : undefined
  }

  function sendAttachment(request: FastifyRequest, reply: FastifyReply, file: Attachment, shown: string) {
    return sendFile(request, reply, link, {
      content: file.content,
      contentType: file.contentType ?? 'application/octet-stream',
      lastModified: dateOf(file.id),
      disposition: `${shown}; filename="${file.fileName}"`,
      ranges: true,
    })
  }

  function sendPicture(
    request: FastifyRequest,
    reply: FastifyReply,
    { path, contentType }: Picture,
    lastModified = PICTURES_SINCE,
  ) {
    return sendFile(request, reply, link, {
      content: { path },
      contentType,
      lastModified,
      disposition: null,
      ranges: false,
    })
  }
}

function searchOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://cdn').searchParams
}

function gone(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain;charset=UTF-8').send('This content is no longer available.')
}

function unsupported(reply: FastifyReply): FastifyReply {
  return reply.code(415).type('text/plain;charset=UTF-8').send('Unsupported Media Type')
}
