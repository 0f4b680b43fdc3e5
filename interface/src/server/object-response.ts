import type { Readable } from 'node:stream'
import type { BlobStore } from '@dcs/shared/storage'
import { AppError } from '@dcs/shared/core'
import { allowsPart, isUnchanged, parseRange } from './byte-range.ts'

type Options = {
  contentType: string
  cacheControl: string
  disposition?: string
  /** Of an encrypted object. */
  key: Buffer | null
}

/** Answers a GET or HEAD with stored bytes or the part asked for. Throws `not-found` when the bytes are not in the store. */
export async function respondWithObject(
  request: Request,
  store: BlobStore,
  sha256: string,
  options: Options,
): Promise<Response> {
  const size = await store.size(sha256)
  if (size === null)
    throw new AppError('not-found', `object ${sha256} is not in the store`, {
      publicMessage: 'The file of this clip is missing on the server.',
    })
  const etag = `"${sha256}"`
  const headers = new Headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': options.cacheControl,
    'content-type': options.contentType,
    // Bytes from strangers: nothing in them may run, whatever they claim to be.
    'content-security-policy': "default-src 'none'; sandbox",
    ...(options.disposition ? { 'content-disposition': options.disposition } : {}),
  })
  if (isUnchanged(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  const wanted = allowsPart(request.headers.get('if-range'), etag)
    ? parseRange(request.headers.get('range'), size)
    : ({ kind: 'whole' } as const)
  if (wanted.kind === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`)
    headers.delete('content-type')
    return new Response(null, { status: 416, headers })
  }
  const range = wanted.kind === 'part' ? wanted.range : undefined
  if (range) headers.set('content-range', `bytes ${range.start}-${range.end}/${size}`)
  headers.set('content-length', String(range ? range.end - range.start + 1 : size))
  const status = range ? 206 : 200
  if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers })
  return new Response(toWebStream(await store.read(sha256, { range, key: options.key })), { status, headers })
}

/**
 * A web stream that reads only when somebody takes, and closes the file when they go away. Readable.toWeb is not used: it throws outside of any
 * handler when a browser aborts while seeking.
 */
export function toWebStream(source: Readable): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await chunks.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      cancel: () => {
        source.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}
