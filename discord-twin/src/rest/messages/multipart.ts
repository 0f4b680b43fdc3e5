import type { FastifyRequest } from 'fastify'
import { ApiError, invalidForm } from '../errors.ts'
import { LIMITS } from './limits.ts'

/** A file of a request. `index` is the number in its field name, by which `attachments` describes it. */
export type Part = { index: string; name: string; bytes: Buffer; contentType: string | null }

/** Reads JSON, or multipart with `payload_json` or single fields. A request is read to its end before it is refused. */
export async function readMessageRequest(
  request: FastifyRequest,
  { uploadLimitBytes }: { uploadLimitBytes: number },
): Promise<{ payload: unknown; parts: Part[] }> {
  if (!request.isMultipart()) return { payload: request.body ?? {}, parts: [] }
  const fields: Record<string, unknown> = {}
  let payload: unknown
  let totalBytes = 0
  let isTooLarge = false
  const parts: Part[] = []
  // Whoever sends too much gets an answer only if all of it is taken.
  const limits = { fileSize: Number.MAX_SAFE_INTEGER, fieldSize: LIMITS.requestBytes, files: 100, parts: 200 }
  for await (const part of request.parts({ limits })) {
    if (part.type === 'file') {
      const chunks: Buffer[] = []
      let sizeBytes = 0
      for await (const chunk of part.file as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length
        totalBytes += chunk.length
        isTooLarge ||= sizeBytes > uploadLimitBytes || totalBytes > Math.max(LIMITS.requestBytes, uploadLimitBytes)
        if (!isTooLarge) chunks.push(chunk)
      }
      parts.push({
        index: /^files\[(\d+)\]$/.exec(part.fieldname)?.[1] ?? String(parts.length),
        name: part.filename || 'unknown',
        bytes: Buffer.concat(chunks),
        contentType: part.mimetype,
      })
    } else if (part.fieldname === 'payload_json')
      // A part that says it is JSON is parsed already.
      payload = typeof part.value === 'string' ? parseJson(part.value) : part.value
    else fields[part.fieldname] = part.value
  }
  if (isTooLarge) throw new ApiError(413, 40_005, 'Request entity too large')
  if (parts.length > LIMITS.files)
    throw invalidForm('attachments', 'BASE_TYPE_MAX_LENGTH', `Must be ${LIMITS.files} or fewer in length.`)
  return { payload: payload ?? fields, parts }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(400, 50_109, 'The request body contains invalid JSON.')
  }
}
