import { AppError } from '@dcs/shared/core'
import * as z from 'zod'
import { isLocalPath } from '../../lib/local-path.ts'
import { getAuth } from '../auth.ts'
import { toProblem } from '../errors.ts'
import { readBody } from '../read-body.ts'
import { json } from '../route-handler.ts'

const MAX_BODY_BYTES = 16 * 1024

/** What of the library's API is used; nothing else of it is answered. Sessions, tokens and accounts have routes of their own. */
const ANSWERED = new Set(['POST sign-in/social', 'GET callback/discord', 'GET get-session', 'POST sign-out'])

const signInBody = z.strictObject({
  provider: z.literal('discord'),
  callbackURL: localPath().optional(),
  errorCallbackURL: localPath().optional(),
})

export async function auth(request: Request): Promise<Response> {
  try {
    const name = new URL(request.url).pathname.replace(/^\/api\/auth\//, '')
    if (!ANSWERED.has(`${request.method} ${name}`))
      throw new AppError('not-found', `nothing answers ${request.method} ${name}`)
    const measured = await withMeasuredBody(request)
    if (name === 'sign-in/social')
      signInBody.parse(
        await measured
          .clone()
          .json()
          .catch(() => null),
      )
    const made = await getAuth()
    const { status, headers, body } = await made.handler(measured)
    const kept = new Headers(headers)
    kept.set('cache-control', 'private, no-store')
    return new Response(body, { status, headers: kept })
  } catch (error) {
    const { status, ...problem } = toProblem(error)
    return json({ error: problem }, { status })
  }
}

/** The same request with its body read already: the library behind reads as much as is sent. */
async function withMeasuredBody(request: Request): Promise<Request> {
  if (request.method === 'GET' || request.method === 'HEAD') return request
  const { url, method, headers, signal } = request
  return new Request(url, { method, headers, signal, body: await readBody(request, MAX_BODY_BYTES) })
}

/** Nobody is sent elsewhere after signing in. */
function localPath() {
  return z.string({ error: 'must be text' }).refine(isLocalPath, 'must be a path of this site')
}
