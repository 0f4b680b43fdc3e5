import { AppError, describeError } from '@dcs/shared/core'
import type * as z from 'zod'
import type { RouteParams } from '../lib/server-side.ts'
import { getContext, type Context } from './context.ts'
import { toProblem } from './errors.ts'
import { publicUrl } from './public-url.ts'
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

/**
 * Wraps a route for signed-in people: parses what comes in, finds out who asks and what they may see, and turns everything thrown into
 * `{ error: { code, message } }` with its status. Changes are taken from our own pages only.
 */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Response>,
) {
  return async (request: Request, params: RouteParams): Promise<Response> => {
    const startedAt = performance.now()
    try {
      const context = await getContext()
      if (request.method !== 'GET' && request.method !== 'HEAD')
        requireSameOrigin(request.headers, publicUrl(context.config))
      const viewer = await findViewer(request.headers)
      if (!viewer) throw new AppError('unauthenticated', 'nobody is signed in')
      const input = {
        request,
        context,
        viewer,
        params: schemas.params?.parse(params) as z.output<P>,
        query: schemas.query?.parse(Object.fromEntries(new URL(request.url).searchParams)) as z.output<Q>,
        body: schemas.body?.parse(await readJson(request)) as z.output<B>,
      }
      const response = await handle(input)
      logRequest(context, request, viewer, response.status, startedAt)
      return response
    } catch (error) {
      return await toResponse(request, error, startedAt)
    }
  }
}

/** An answer as JSON that nobody keeps. */
export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return Response.json(value, { ...init, headers: { 'cache-control': 'private, no-store', ...init.headers } })
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text()
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
  return json({ error: problem }, { status, headers: status === 503 ? { 'retry-after': '5' } : {} })
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
