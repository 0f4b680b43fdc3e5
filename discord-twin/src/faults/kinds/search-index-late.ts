import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** A search whose index is not made yet (https://docs.discord.com/developers/resources/message#search-guild-messages). */
export const searchIndexLate = defineFault({
  kind: 'search-index-late',
  doc: 'A search is answered 202 with code 110000 and a time to wait; `times` says for how many searches.',
  strikes: 'request',
  options: { retryAfter: z.int().min(0).default(1).describe('Seconds to wait, as the answer says.') },
  create: ({ retryAfter }) => ({
    request: {
      stage: 'arrival',
      only: ['GET /guilds/{guild_id}/messages/search'],
      strike: () => ({
        answer: {
          status: 202,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            message: 'Index not yet available. Try again later',
            code: 110_000,
            documents_indexed: 0,
            retry_after: retryAfter,
          }),
        },
      }),
    },
  }),
})
