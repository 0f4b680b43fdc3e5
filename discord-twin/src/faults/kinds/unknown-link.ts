import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { GONE, LINKS } from '../links.ts'
import { isJson, readPayload } from '../payload.ts'

const REFRESH = 'POST /attachments/refresh-urls'
const zRefreshed = z.object({ refreshed_urls: z.array(z.object({ original: z.string(), refreshed: z.string() })) })

/** An attachment that Discord has never heard of. */
export const unknownLink = defineFault({
  kind: 'unknown-link',
  doc: 'Refreshing gives addresses back as they were, and the CDN answers 404 to them.',
  strikes: 'request',
  options: {},
  create: () => ({
    request: {
      stage: 'answer',
      only: [REFRESH, ...LINKS],
      accepts: (hit) => hit.facts.attachmentId !== null || (hit.reply.statusCode === 200 && isJson(hit)),
      strike: async ({ facts, payload }) => {
        if (facts.attachmentId !== null) return { answer: GONE }
        const { refreshed_urls: urls } = zRefreshed.parse(JSON.parse((await readPayload(payload)).toString()))
        return {
          payload: JSON.stringify({
            refreshed_urls: urls.map(({ original }) => ({ original, refreshed: original })),
          }),
        }
      },
    },
  }),
})
