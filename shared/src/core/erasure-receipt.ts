import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'

/** What a receipt says about one request. Times are ISO 8601; null: not yet. */
export type ErasureReceipt = {
  id: string
  subject: string
  subjectId: string
  via: string
  requestedAt: string
  unreachableAt: string | null
  erasedAt: string | null
  withAccount: boolean
  found: Record<string, number>
  erased: Record<string, number>
  /** What was erased: ids of clips, SHA-256 of files. */
  clips: readonly string[]
  files: readonly string[]
}

/** A receipt with what proves that it was made here. */
export type SignedReceipt = { receipt: ErasureReceipt; signature: { algorithm: 'HMAC-SHA256'; value: string } }

const zPast = z.object({
  id: z.uuid(),
  subject: z.enum(['author', 'guild']),
  subjectId: z.string().regex(/^\d{17,20}$/),
  requestedAt: z.iso.datetime(),
  withAccount: z.boolean(),
  clips: z.array(z.string()),
  optedOut: z.boolean().default(false),
})

/** What of a receipt is needed to erase the same again in a restored database; `optedOut`: whether the person still wants nothing kept. */
export type PastErasure = z.output<typeof zPast>

/** Reads one; null when the text is none. */
export function parsePastErasure(text: string): PastErasure | null {
  const parsed = zPast.safeParse(parseJson(text))
  return parsed.success ? parsed.data : null
}

const zSigned = z.object({
  receipt: z.looseObject({ id: z.string() }),
  signature: z.object({ algorithm: z.literal('HMAC-SHA256'), value: z.string() }),
})

/** Whether the text is a receipt made with this secret and not changed since, however its JSON is laid out. */
export function isReceiptGenuine(text: string, secret: string): boolean {
  const parsed = zSigned.safeParse(parseJson(text))
  if (!parsed.success) return false
  const given = Buffer.from(parsed.data.signature.value, 'hex')
  const right = sign(parsed.data.receipt, secret)
  return given.length === right.length && timingSafeEqual(given, right)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Signs a receipt with the instance's secret. */
export function signReceipt(receipt: ErasureReceipt, secret: string): SignedReceipt {
  return { receipt, signature: { algorithm: 'HMAC-SHA256', value: sign(receipt, secret).toString('hex') } }
}

/** The purpose is signed along, so that nothing else made with the secret can pass for a receipt. */
function sign(receipt: object, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(`dcs erasure receipt 1\n${JSON.stringify(sorted(receipt))}`)
    .digest()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
