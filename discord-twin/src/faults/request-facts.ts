import type { FastifyRequest } from 'fastify'
import type { FaultScope } from './definition.ts'
import { namesRoute } from './route-pattern.ts'
import type { Selection } from './selectors.ts'

/** Which part of Discord answers a request. */
export type Part = 'rest' | 'cdn' | 'media' | 'oauth'

/** What faults can tell requests apart by. */
export type RequestFacts = {
  method: string
  /** Without query and version of the API. */
  path: string
  /** The path of the route, as `/channels/{}/messages`; null when there is none. */
  template: string | null
  part: Part
  channelId: string | null
  guildId: string | null
  attachmentId: string | null
  /** The account whose token was sent. */
  callerId: string | null
}

/** What is known of a request when it arrives; null for those to the twin itself, which are never struck. */
export function factsOf(request: FastifyRequest, scope: FaultScope): RequestFacts | null {
  const [whole = '/'] = request.url.split('?')
  if (whole === '/' || /^\/_twin(?:\/|$)/.test(whole)) return null
  const path = whole.replace(/^\/api(?:\/v\d+)?(?=\/|$)/, '')
  const attachmentId = /\/(?:ephemeral-)?attachments\/\d+\/(\d+)\//.exec(path)?.[1] ?? null
  const channelId = /\/(?:channels|attachments)\/(\d+)/.exec(path)?.[1] ?? null
  const routed = request.is404 ? undefined : request.routeOptions.url
  return {
    method: request.method,
    path,
    template: routed?.replace(/^\/api(?:\/v\d+)?(?=\/|$)/, '').replace(/:\w+/g, '{}') ?? null,
    part: partOf(whole),
    channelId,
    guildId: /\/guilds\/(\d+)/.exec(path)?.[1] ?? scope.world.channels.get(channelId ?? '')?.guildId ?? null,
    attachmentId,
    callerId: callerOf(request.headers.authorization, scope),
  }
}

/** Whether a request is what a fault is limited to. */
export function matchesRequest(facts: RequestFacts, selection: Selection, { world }: FaultScope): boolean {
  const { route, channel, guild, caller, part } = selection
  return (
    (part === undefined || part === facts.part) &&
    (channel === undefined || channel === facts.channelId) &&
    (guild === undefined || guild === facts.guildId) &&
    (caller === undefined || caller === 'any' || (caller === 'bot' ? world.botId : caller) === facts.callerId) &&
    (route === undefined || namesRoute(route, facts))
  )
}

function partOf(path: string): Part {
  if (/^(?:\/api(?:\/v\d+)?)?\/oauth2(?:\/|$)/.test(path)) return 'oauth'
  if (/^\/api(?:\/|$)/.test(path)) return 'rest'
  return /^\/(?:media-proxy|external)(?:\/|$)/.test(path) ? 'media' : 'cdn'
}

function callerOf(header: string | undefined, { world, tokens, application }: FaultScope): string | null {
  const [scheme, token = ''] = (header ?? '').split(' ')
  if (scheme === 'Bot') return token === application.botToken ? world.botId : null
  return scheme === 'Bearer' ? (tokens.find(token)?.userId ?? null) : null
}
