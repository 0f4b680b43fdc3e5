import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Hit } from './definition.ts'

/** The whole body of an answer. */
export async function readPayload(payload: unknown): Promise<Buffer> {
  if (payload === undefined || payload === null) return Buffer.alloc(0)
  if (typeof payload === 'string') return Buffer.from(payload)
  if (Buffer.isBuffer(payload)) return payload
  if (payload instanceof Readable) return Buffer.concat((await payload.toArray()) as Buffer[])
  throw new TypeError('a body of an unknown type')
}

/** Whether an answer has a body that can be spoiled. */
export function hasBody({ request, reply, payload }: Hit): boolean {
  const isEmpty = payload === undefined || payload === null || payload === ''
  return !isEmpty && request.method !== 'HEAD' && ![204, 304].includes(reply.statusCode)
}

/** Whether an answer is JSON. */
export function isJson(hit: Hit): boolean {
  return hasBody(hit) && String(hit.reply.getHeader('content-type')).startsWith('application/json')
}

/** Sends the head and the first bytes by hand, and resolves when the kernel has them. */
export async function sendPart(reply: FastifyReply, whole: Buffer, bytes: number): Promise<void> {
  const { raw } = reply
  reply.hijack()
  const type = String(reply.getHeader('content-type'))
  const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  raw.writeHead(reply.statusCode, {
    ...(Object.fromEntries(headers) as Record<string, string | number | string[]>),
    // As in whole answers: Discord names no charset.
    ...(type.startsWith('application/json') ? { 'content-type': 'application/json' } : {}),
    'content-length': whole.length,
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  raw.once('close', resolve)
  if (bytes === 0) {
    raw.flushHeaders()
    setImmediate(resolve)
  } else raw.write(whole.subarray(0, bytes), () => resolve())
  await promise
}
