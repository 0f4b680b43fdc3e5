import { getAuth } from '../auth.ts'
import { toProblem } from '../errors.ts'
import { readBody } from '../read-body.ts'
import { json } from '../route-handler.ts'

const MAX_BODY_BYTES = 16 * 1024

export async function auth(request: Request): Promise<Response> {
  try {
    const made = await getAuth()
    const { status, headers, body } = await made.handler(await withMeasuredBody(request))
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
