import type { FastifyInstance, FastifyRequest } from 'fastify'
import { documentedPath } from '../coverage/document.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by a fault that changed the answer, so that nobody expects a right one. */
    isFaulted: boolean
  }
}

/** A request to the REST API and its answer. */
export type Exchange = {
  method: string
  /** As in Discord's document (`/channels/{channel_id}/messages`); null when no route matched. */
  route: string | null
  url: string
  query: Record<string, string | string[]>
  /** Parsed JSON or form, or `payload_json` of a multipart request; undefined without a body. */
  requestBody: unknown
  status: number
  headers: Record<string, number | string | string[] | undefined>
  /** Parsed JSON, or the text when it is not JSON; undefined without a body. */
  responseBody: unknown
  /** A fault changed the answer. */
  faulted: boolean
}

/** Reports every exchange of an API once its answer is out. */
export function observeExchanges(api: FastifyInstance, observe: ((exchange: Exchange) => void) | undefined): void {
  if (!api.hasRequestDecorator('isFaulted')) api.decorateRequest('isFaulted', false)
  if (!observe) return
  const forms = new WeakMap<FastifyRequest, unknown>()
  const answers = new WeakMap<FastifyRequest, unknown>()

  api.addHook('preHandler', async (request) => {
    if (!request.isMultipart()) return
    const parts = request.parts.bind(request)
    request.parts = async function* (options) {
      for await (const part of parts(options)) {
        if (part.type === 'field' && part.fieldname === 'payload_json') forms.set(request, toJson(part.value))
        yield part
      }
    }
  })
  api.addHook('onSend', async (request, _reply, payload) => {
    answers.set(request, payload)
  })
  api.addHook('onResponse', async (request, reply) => {
    if (!reply.raw.writableFinished) return
    const route = request.is404 ? undefined : request.routeOptions.url
    observe({
      method: request.method,
      route: route === undefined ? null : documentedPath(route),
      url: request.url,
      query: request.query as Exchange['query'],
      requestBody: forms.has(request) ? forms.get(request) : (request.body ?? undefined),
      status: reply.statusCode,
      headers: reply.getHeaders(),
      responseBody: parse(answers.get(request)),
      faulted: request.isFaulted,
    })
  })
}

/** A field that says it is JSON arrives parsed. */
function toJson(value: unknown): unknown {
  return typeof value === 'string' ? parse(value) : value
}

function parse(payload: unknown): unknown {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return undefined
  const text = payload.toString()
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
