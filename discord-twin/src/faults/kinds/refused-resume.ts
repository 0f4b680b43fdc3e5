import { defineFault } from '../definition.ts'

/** Op 9 (https://docs.discord.com/developers/events/gateway#resuming). */
export const refusedResume = defineFault({
  kind: 'refused-resume',
  doc: 'A resume is refused with an invalid session (op 9, not resumable), so that the client must identify again.',
  strikes: 'turn',
  options: {},
  create: () => ({ refusesResume: true }),
})
