import { AppError, describeError } from '@dcs/shared/core'
import type * as z from 'zod'
import type { RouteParams } from '../lib/server-side.ts'
import { bringsToken } from './api-tokens.ts'
import { getContext, type Context } from './context.ts'
import { toProblem } from './errors.ts'
import { publicUrl } from './public-url.ts'
import { readBody } from './read-body.ts'
import { requestLimits, TooManyRequests, type LimitKind } from './request-limits.ts'
import { requireSameOrigin } from './same-origin.ts'
import { findViewer, type Viewer } from './viewer.ts'

type Input<P, Q, B> = {
  request: Request
  context: Context
  viewer: Viewer
  params: P
  query: Q
  body: B
}

type Schemas<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = { params?: P; query?: Q; body?: B }

/** What a token may be allowed to do. */
export type Scope = 'clips:read' | 'clips:write' | 'scans:read' | 'scans:write' | 'guild:manage'

/**
 * `scope`: which tokens the route answers; without one it is for browsers alone. `limit`: what its requests count as; reading or changing unless said.
 * `maxBodyBytes`: 64 KiB unless said.
 */
export type RouteOptions = { scope?: Scope; limit?: LimitKind; maxBodyBytes?: number }

const MAX_BODY_BYTES = 64 * 1024

/**
 * Wraps a route for signed-in people: parses what comes in, finds out who asks and what they may see, and turns everything thrown into
 * `{ error: { code, message } }` with its status. Changes are taken from our own pages, or with a token. The requests of each person are counted.
 * What it returns says its scope, for the list in the documentation.
 */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Response>,
  options: RouteOptions = {},
) {
  const answer = async (request: Request, params: RouteParams): Promise<Response> => {
    const startedAt = performance.now()
    try {
      const context = await getContext()
      const isChange = request.method !== 'GET' && request.method !== 'HEAD'
      const withToken = bringsToken(request.headers)
      if (isChange && !withToken) requireSameOrigin(request.headers, publicUrl(context.config))
      const viewer = await findViewer(request.headers, async (who) => {
        await requestLimits().check(options.limit ?? (isChange ? 'change' : 'read'), 'person', who.userId)
        requireScope(who, options.scope)
      })
      if (!viewer || withToken !== (viewer.scopes !== undefined))
        throw new AppError('unauthenticated', 'nobody is signed in')
      const input = {
        request,
        context,
        viewer,
        params: schemas.params?.parse(params) as z.output<P>,
        query: schemas.query?.parse(Object.fromEntries(new URL(request.url).searchParams)) as z.output<Q>,
        body: schemas.body?.parse(await readJson(request, options.maxBodyBytes ?? MAX_BODY_BYTES)) as z.output<B>,
      }
      const response = await handle(input)
      logRequest(context, request, viewer, response.status, startedAt)
      return response
    } catch (error) {
      return await toResponse(request, error, startedAt)
    }
  }
  return Object.assign(answer, { scope: options.scope })
}

/** An answer as JSON that nobody keeps. */
export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return Response.json(value, { ...init, headers: { 'cache-control': 'private, no-store', ...init.headers } })
}

function requireScope({ scopes }: Pick<Viewer, 'scopes'>, needed: Scope | undefined): void {
  if (scopes === undefined) return
  if (needed === undefined)
    throw new AppError('forbidden', 'a token was used where only browsers are answered', {
      publicMessage: 'Tokens do not work here. Sign in with a browser.',
    })
  if (!scopes.includes(needed))
    throw new AppError('forbidden', `the token lacks ${needed}`, {
      publicMessage: `This token may not do this: it lacks the scope ${needed}.`,
    })
}

async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const text = await readBody(request, maxBytes)
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid-input', 'the body is not JSON', { publicMessage: 'body: is not JSON', cause })
  }
}

async function toResponse(request: Request, error: unknown, startedAt: number): Promise<Response> {
  const { status, ...problem } = toProblem(error)
  if (status >= 500) {
    const context = await getContext().catch(() => null)
    const fields = { method: request.method, path: new URL(request.url).pathname, status, durationMs: since(startedAt) }
    context?.log.error(
      status === 500 ? { ...fields, err: error } : { ...fields, reason: describeError(error) },
      'request failed',
    )
  }
  const retryAfter = error instanceof TooManyRequests ? error.retryAfterSeconds : status === 503 ? 5 : null
  return json({ error: problem }, { status, headers: retryAfter === null ? {} : { 'retry-after': String(retryAfter) } })
}

function logRequest({ log }: Context, request: Request, viewer: Viewer, status: number, startedAt: number): void {
  const level = request.method === 'GET' || request.method === 'HEAD' ? 'debug' : 'info'
  log[level](
    {
      method: request.method,
      path: new URL(request.url).pathname,
      status,
      userId: viewer.userId,
      durationMs: since(startedAt),
    },
    'request',
  )
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}
