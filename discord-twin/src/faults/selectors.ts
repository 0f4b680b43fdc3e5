import * as z from 'zod'

const zId = z.string().regex(/^\d{1,20}$/, 'must be an id')
const zCaller = z.union([z.enum(['any', 'bot']), zId])
const METHOD = '(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)'

const time = {
  from: z.number().min(0).optional().describe('Milliseconds from now until it begins; at once when left out.'),
  until: z.number().positive().optional().describe('Milliseconds from now until it ends; never when left out.'),
}

const counts = {
  ...time,
  times: z.int().min(1).optional().describe('How often it strikes; without end when left out.'),
  after: z.int().min(0).optional().describe('How many that match pass first.'),
  probability: z.number().min(0).max(1).optional().describe('How likely each that matches is struck; 1 when left out.'),
  seed: z.int().optional().describe('What chance starts from; the same seed strikes the same.'),
}

const place = {
  channel: zId.optional().describe('Only this channel or thread.'),
  guild: zId.optional().describe('Only this guild, its channels and files in them.'),
}

/** What a fault can be limited to, by what it strikes: requests, events for gateway sessions, turns of a client on the gateway, or time alone. */
export const selectors = {
  request: {
    route: z
      .string()
      .regex(new RegExp(`^(?:${METHOD} )?/\\S*$`), 'must be a path, or a method and a path')
      .optional()
      .describe(
        'A path as in the documentation (`GET /channels/{channel_id}/messages`), or with `*` for a part and `**` for any number of parts; the method may be left out.',
      ),
    ...place,
    caller: zCaller.optional().describe('`bot`, the id of the account whose token is sent, or `any`.'),
    part: z.enum(['rest', 'cdn', 'media', 'oauth', 'gateway']).optional().describe('Only this part of Discord.'),
    inFlight: z
      .boolean()
      .optional()
      .describe('Strikes requests that were not answered yet when it was switched on, and no later ones.'),
    ...counts,
  },
  event: {
    event: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('Names of events, as MESSAGE_CREATE; all but READY and RESUMED when left out.'),
    ...place,
    caller: zCaller.optional().describe('The account whose sessions are struck: only the bot has any.'),
    part: z.literal('gateway').optional().describe('Events belong to the gateway.'),
    ...counts,
  },
  /** What a client does on the gateway. */
  turn: counts,
  time,
}

export type SelectorName = keyof typeof selectors

/** Everything a fault can be limited to, whatever it strikes. */
export type Selection = Partial<
  z.output<z.ZodObject<typeof selectors.request>> & Omit<z.output<z.ZodObject<typeof selectors.event>>, 'part'>
>
