import { defineFault } from '../definition.ts'
import { selectors } from '../selectors.ts'

/** A token that is no longer valid. */
export const tokenRevoked = defineFault({
  kind: 'token-revoked',
  doc: 'Every request with the token is answered 401; for the bot, the gateway closes with 4004 and accepts no session.',
  strikes: 'request',
  options: {
    caller: selectors.request.caller
      .unwrap()
      .default('bot')
      .describe('Whose token: `bot`, the id of an account, or `any`.'),
  },
  create: ({ caller, part }, { world, gateway }) => {
    const isBots = ['bot', 'any', world.botId].includes(caller) && (part === undefined || part === 'gateway')
    return {
      request: {
        stage: 'arrival',
        accepts: ({ facts }) => facts.callerId !== null,
        strike: () => ({
          answer: {
            status: 401,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ message: '401: Unauthorized', code: 0 }),
          },
        }),
      },
      refusesToken: isBots,
      begin: () => {
        if (isBots) gateway()?.drop(null, false, 4004)
      },
    }
  },
})
