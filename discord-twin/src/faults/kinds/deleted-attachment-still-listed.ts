import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { GONE, LINKS } from '../links.ts'

/** A file that is gone although its message is there. */
export const deletedAttachmentStillListed = defineFault({
  kind: 'deleted-attachment-still-listed',
  doc: 'Messages list an attachment and refreshing signs its address, and the CDN answers 404 to it at every try; `times` and chance decide for each attachment once.',
  strikes: 'request',
  options: {
    attachments: z
      .array(z.string().regex(/^\d{1,20}$/, 'must be an id'))
      .min(1)
      .optional()
      .describe('Ids of the attachments; any when left out.'),
  },
  create: ({ attachments }) => ({
    request: {
      stage: 'arrival',
      only: LINKS,
      accepts: ({ facts }) => attachments?.includes(facts.attachmentId ?? '') ?? true,
      oncePer: ({ attachmentId }) => attachmentId,
      strike: () => ({ answer: GONE }),
    },
  }),
})
