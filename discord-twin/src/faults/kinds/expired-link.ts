import { defineFault } from '../definition.ts'
import { GONE, LINKS } from '../links.ts'

/** A signed address that is refused. */
export const expiredLink = defineFault({
  kind: 'expired-link',
  doc: 'The CDN and the media proxy answer 404 to an address of an attachment, as if its time were over.',
  strikes: 'request',
  options: {},
  create: () => ({ request: { stage: 'arrival', only: LINKS, strike: () => ({ answer: GONE }) } }),
})
