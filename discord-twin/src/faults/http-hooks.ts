import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ActiveFault } from './active-fault.ts'
import type { Hit, Outcome } from './definition.ts'
import type { Faults, OpenRequest } from './faults.ts'
import { factsOf } from './request-facts.ts'

/** Lets faults strike every request but those to the twin itself. Must be called before routes are registered. */
export function faultHooks(app: FastifyInstance, faults: Faults): void {
  const opened = new WeakMap<FastifyRequest, OpenRequest>()
  app.decorateRequest('isFaulted', false)

  app.addHook('onRequest', async (request, reply) => {
    const facts = factsOf(request, faults.scope)
    if (!facts) return
    const open: OpenRequest = {
      hit: { facts, request, reply, payload: undefined },
      order: faults.nextOrder(),
    }
    opened.set(request, open)
    faults.open.add(open)
    reply.raw.once('close', () => faults.open.delete(open))
    for (const fault of faults.active()) {
      if (fault.inFlight || fault.request?.stage !== 'arrival') continue
      const outcome = await strike(fault, open, undefined)
      if (outcome === 'taken') return reply.hijack()
      if (outcome && 'answer' in outcome) {
        const { status, headers = {}, body } = outcome.answer
        return reply.code(status).headers(headers).send(body)
      }
    }
    return undefined
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const open = opened.get(request)
    if (!open) return payload
    if (faults.scope.clock.skewMs !== 0) void reply.header('date', new Date(faults.scope.clock.now()).toUTCString())
    let sent: unknown = payload
    // A fault may be switched on while another one delays the answer.
    const asked = new Set<ActiveFault>()
    for (;;) {
      const fault = faults.active().find((other) => !asked.has(other) && actsOnAnswer(other))
      if (!fault) return sent
      asked.add(fault)
      const outcome = await strike(fault, open, sent)
      if (outcome === 'taken') {
        reply.hijack()
        // Nothing more is to be sent: the fault has the socket.
        return new Promise(() => undefined)
      }
      if (!outcome) continue
      if ('payload' in outcome) sent = outcome.payload
      else sent = replaceAnswer(reply, sent, outcome.answer)
    }
  })
}

function actsOnAnswer(fault: ActiveFault): boolean {
  return fault.request !== undefined && (fault.inFlight || fault.request.stage === 'answer')
}

async function strike(fault: ActiveFault, { hit, order }: OpenRequest, payload: unknown): Promise<Outcome> {
  const { request } = fault
  const struck: Hit = { ...hit, payload }
  if (!request || !fault.takesRequest(hit.facts, order, () => request.accepts?.(struck) ?? true)) return undefined
  const outcome = await request.strike(struck)
  if (outcome) hit.request.isFaulted = true
  return outcome
}

function replaceAnswer(
  reply: FastifyReply,
  before: unknown,
  { status, headers = {}, body }: Extract<Outcome, { answer: unknown }>['answer'],
): string {
  if (isStream(before)) before.destroy()
  for (const name of ['content-length', 'content-range', 'content-disposition', 'etag']) reply.removeHeader(name)
  void reply.code(status).headers(headers)
  return body
}

function isStream(payload: unknown): payload is Readable {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload
}
