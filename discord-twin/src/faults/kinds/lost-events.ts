import { defineFault } from '../definition.ts'

/** Events that never come. */
export const lostEvents = defineFault({
  kind: 'lost-events',
  doc: 'An event is never sent, not even after a resume; its sequence number is left out.',
  strikes: 'event',
  options: {},
  create: () => ({ event: { strike: () => 'lost' } }),
})
