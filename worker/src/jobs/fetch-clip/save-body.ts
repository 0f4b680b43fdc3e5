import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { RetryLater, SECOND } from '@dcs/shared/core'
import type { Dispatcher } from 'undici'
import { ClipFailure, FetchError, TooBig } from './failures.ts'

/** What was written: the hash in lower-case hex. */
export type SavedFile = { sha256: string; sizeBytes: number }

/** A body may take as long as it needs while bytes keep coming; this long without any and it is given up. */
export const STALL_MS = 20 * SECOND

/** The address does not work (any more): expired, tampered with, or the file is gone. */
export class LinkRefused extends FetchError {
  override name = 'LinkRefused'
  readonly status: number

  constructor(status: number, server: string) {
    super('download-failed', `${server} refuses the download (HTTP ${status}).`)
    this.status = status
  }
}

/** Throws unless the answer is the file. */
export function requireFile({ statusCode, headers, body }: Dispatcher.ResponseData, server: string): void {
  if (statusCode === 200) return
  body.destroy()
  if (statusCode === 403 || statusCode === 404 || statusCode === 410) throw new LinkRefused(statusCode, server)
  if (statusCode === 429 || statusCode >= 500) {
    const asked = Number(headers['retry-after'])
    throw new RetryLater(`${server} answers ${statusCode}.`, Number.isFinite(asked) ? asked * SECOND : 5 * SECOND)
  }
  throw new FetchError('download-failed', `${server} answers ${statusCode} instead of the file.`)
}

/** Streams a body to a new file and hashes it. It must have exactly `sizeBytes`, or, when that is 0, no more than `maxBytes`; bytes beyond are not written. */
export async function saveBody(
  { body }: Pick<Dispatcher.ResponseData, 'body'>,
  target: { file: string; sizeBytes: number; maxBytes: number; signal: AbortSignal },
): Promise<SavedFile> {
  const hash = createHash('sha256')
  const { sizeBytes, maxBytes } = target
  let received = 0
  const measure = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      received += chunk.length
      if (sizeBytes > 0 && received > sizeBytes) throw sizeMismatch(`more than ${sizeBytes}`, sizeBytes)
      if (sizeBytes === 0 && received > maxBytes) throw new TooBig(maxBytes)
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(body, measure, createWriteStream(target.file, { flags: 'wx' }), { signal: target.signal })
  if (sizeBytes > 0 && received !== sizeBytes) throw sizeMismatch(String(received), sizeBytes)
  return { sha256: hash.digest('hex'), sizeBytes: received }
}

/** What to throw for an error of a download: those with a meaning as they are, others as a broken connection. */
export function explainBroken(error: unknown, signal: AbortSignal, server: string): unknown {
  signal.throwIfAborted()
  if (error instanceof FetchError || error instanceof ClipFailure || error instanceof RetryLater || isLocal(error))
    return error
  return new FetchError('download-failed', `The connection to ${server} broke.`, { cause: error })
}

/** The host of an address, for a sentence. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that cannot be read'
}

function sizeMismatch(received: string, expected: number): FetchError {
  return new FetchError('size-mismatch', `The file should have ${expected} bytes, but ${received} came.`)
}

/** A full or broken disk of ours; not the connection's fault. */
function isLocal(error: unknown): boolean {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException
  return (
    ['ENOSPC', 'EROFS', 'EACCES', 'EDQUOT', 'EIO', 'ENOENT', 'EEXIST'].includes(code) &&
    ['open', 'write'].includes(syscall)
  )
}
