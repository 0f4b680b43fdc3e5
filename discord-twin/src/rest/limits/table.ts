/** How many requests a bucket takes in a window. Routes with the same bucket share it. */
export type Rule = { bucket: string; limit: number; windowMs: number }

const SECOND = 1_000

/**
 * Discord publishes no figures and asks clients to read headers; these are what clients see (buckets by method: discord-api-docs issue 1135; reactions
 * of all kinds share one: issue 981; messages: 5 in 5 s per channel). Lists of commands and members have figures of their own size.
 */
const RULES: readonly [routes: readonly string[], limit: number, windowMs: number][] = [
  [['GET /channels/*/messages'], 5, 5 * SECOND],
  [['GET /channels/*/messages/*'], 5, 5 * SECOND],
  [['POST /channels/*/messages'], 5, 5 * SECOND],
  [['PATCH /channels/*/messages/*'], 5, 5 * SECOND],
  [['DELETE /channels/*/messages/*'], 5, SECOND],
  [['POST /channels/*/messages/bulk-delete'], 1, SECOND],
  [
    [
      'PUT /channels/*/messages/*/reactions/*/@me',
      'DELETE /channels/*/messages/*/reactions/*/@me',
      'DELETE /channels/*/messages/*/reactions/*/*',
      'DELETE /channels/*/messages/*/reactions/*',
      'DELETE /channels/*/messages/*/reactions',
    ],
    1,
    0.25 * SECOND,
  ],
  [['GET /channels/*/pins', 'GET /channels/*/messages/pins'], 5, 5 * SECOND],
  [
    [
      'PUT /channels/*/pins/*',
      'DELETE /channels/*/pins/*',
      'PUT /channels/*/messages/pins/*',
      'DELETE /channels/*/messages/pins/*',
    ],
    5,
    4 * SECOND,
  ],
  [['POST /channels/*/typing'], 5, 5 * SECOND],
  [['PATCH /channels/*'], 5, 15 * SECOND],
  [['GET /channels/*/threads/archived/public'], 5, 5 * SECOND],
  [['GET /channels/*/threads/archived/private'], 5, 5 * SECOND],
  [['GET /channels/*/users/@me/threads/archived/private'], 5, 5 * SECOND],
  [['GET /guilds/*/members'], 10, 10 * SECOND],
  [['GET /guilds/*/members/search'], 10, 10 * SECOND],
  [['GET /guilds/*/members/*'], 5, SECOND],
  [['GET /guilds/*/messages/search'], 5, 5 * SECOND],
  [['GET /users/@me/guilds'], 1, SECOND],
  [['GET /users/*'], 30, 30 * SECOND],
  [['GET /gateway/bot'], 2, 5 * SECOND],
  [['POST /attachments/refresh-urls'], 10, 10 * SECOND],
  [['PUT /applications/*/commands'], 2, 20 * SECOND],
  [['PUT /applications/*/guilds/*/commands'], 2, 20 * SECOND],
  [['POST /applications/*/commands'], 5, 20 * SECOND],
  [['POST /applications/*/guilds/*/commands'], 5, 20 * SECOND],
  [['POST /webhooks/*/*'], 5, 2 * SECOND],
]

const byRoute = new Map(
  RULES.flatMap(([routes, limit, windowMs]) =>
    routes.map((route) => [route, { bucket: routes.join(), limit, windowMs } satisfies Rule] as const),
  ),
)

/** The limit of a route written as the twin registers it (`/api/channels/:channel`); 50 in a second when nothing else is known. */
export function ruleOf(method: string, route: string): Rule {
  // HEAD is answered as GET is.
  const key = `${method === 'HEAD' ? 'GET' : method} ${route.replace(/^\/api(\/v\d+)?/, '').replaceAll(/:\w+/g, '*')}`
  return byRoute.get(key) ?? { bucket: key, limit: 50, windowMs: SECOND }
}

/** All requests of a bot together (topics/rate-limits, global rate limit). */
export const GLOBAL: Rule = { bucket: 'global', limit: 50, windowMs: SECOND }

/** Names and topics of one channel, whoever changes them: known for 2 in 10 minutes since 2020 and not told in the headers of the route. */
export const CHANNEL_NAME: Rule = { bucket: 'channel name or topic', limit: 2, windowMs: 600 * SECOND }

/** 401, 403 and 429 of one address together (topics/rate-limits, invalid request limit). */
export const INVALID: Rule = { bucket: 'invalid requests', limit: 10_000, windowMs: 600 * SECOND }

/** Discord only says that the block is for a while; others saw a day (https://docs.discord.food/topics/rate-limits). */
export const BAN_MS = 24 * 3_600 * SECOND
