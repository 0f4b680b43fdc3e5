import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../../context.ts'
import { attachmentUrl } from '../../payloads/attachments.ts'
import { requireBot } from '../caller.ts'
import { formError } from '../form.ts'

const zBody = z.object({ attachment_urls: z.array(z.string()).min(1).max(50) })

/** Fresh addresses of attachments. Discord's documentation does not have it (https://docs.discord.food/topics/cloud-uploads#refresh-attachment-urls). */
export function refreshRoutes(app: FastifyInstance, context: TwinContext): void {
  app.post('/attachments/refresh-urls', (request) => {
    requireBot(context, request)
    const parsed = zBody.safeParse(request.body)
    if (!parsed.success)
      throw formError([
        {
          path: ['attachment_urls'],
          code: 'BASE_TYPE_BAD_LENGTH',
          message: 'Must be between 1 and 50 in length.',
        },
      ])
    return {
      refreshed_urls: parsed.data.attachment_urls.map((original) => ({
        original,
        refreshed: refresh(context, original),
      })),
    }
  })
}

/** A fresh signature whatever the old one was; other parameters stay, and what is no attachment comes back as it is. */
function refresh(context: TwinContext, original: string): string {
  if (!URL.canParse(original)) return original
  const { pathname, searchParams } = new URL(original)
  const [, channel = '', attachment = ''] = /^\/attachments\/(\d+)\/(\d+)\/[^/]+$/.exec(pathname) ?? []
  const file = context.world.findAttachment(channel, attachment)
  if (!file) return original
  for (const name of ['ex', 'is', 'hm']) searchParams.delete(name)
  searchParams.delete('')
  const kept = searchParams.toString()
  return `${attachmentUrl(context, file)}${kept}`
}
