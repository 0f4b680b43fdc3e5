/** What a request counts in: its bucket, and whether the limit of all requests of the bot holds for it. */
export type RateRoute = {
  /** Method and path, with `:id` in place of ids. */
  route: string
  /** The ids by which Discord keeps buckets apart: of the channel, the guild or the webhook. */
  major: string
  /** False for answers to interactions and webhooks with a token (https://docs.discord.com/developers/topics/rate-limits#global-rate-limit). */
  needsSlot: boolean
}

const ID = /\d{17,20}/g

/** Finds the bucket of a request by its address (https://docs.discord.com/developers/topics/rate-limits). */
export function toRateRoute(method: string, url: string): RateRoute {
  const path = new URL(url).pathname.replace(/^.*?\/v\d+(?=\/)/, '')
  const [, kind, id, token] = /^\/(channels|guilds|webhooks|interactions)\/(\d{17,20})(?:\/([^/]+))?/.exec(path) ?? []
  const hasToken = token !== undefined && (kind === 'webhooks' || kind === 'interactions')
  const route = path
    .replace(ID, ':id')
    .replace(/\/reactions\/.*/, '/reactions/:reaction')
    .replace(/^(\/(?:webhooks|interactions)\/:id)\/[^/]+/, '$1/:token')
  // Answers to interactions have a bucket each; tokens are secrets, and these buckets are not worth a row.
  return { route: `${method.toUpperCase()} ${route}`, major: id ?? 'global', needsSlot: !hasToken }
}
