import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { RetryLater, SECOND } from '@dcs/shared/core'
import { isCdnUrl } from '@dcs/shared/discord'
import { Agent, request, type Dispatcher } from 'undici'
import { ClipFailure, FetchError } from './failures.ts'

/** The address does not work (any more): expired, tampered with, or the file is gone. */
export class LinkRefused extends FetchError {
  override name = 'LinkRefused'
  readonly status: number

  constructor(status: number) {
    super('download-failed', `Discord's file server refuses the download (HTTP ${status}).`)
    this.status = status
  }
}

// Redirects are not followed: they could lead anywhere.
const agent = new Agent({ connect: { timeout: 10 * SECOND }, headersTimeout: 20 * SECOND, connections: 8 })

/** A body may take as long as it needs while bytes keep coming; this long without any and it is given up. */
const STALL_MS = 20 * SECOND

type Target = {
  file: string
  sizeBytes: number
  cdnHosts: readonly string[]
  signal: AbortSignal
  stallMs?: number
}

/**
 * Streams a file of exactly `sizeBytes` to disk and returns its SHA-256. Only from `cdnHosts`.
 * Throws `LinkRefused` when the address does not work, `RetryLater` when the server is busy.
 */
export async function download(url: string, target: Target): Promise<string> {
  if (!isCdnUrl(target.cdnHosts, url))
    throw new ClipFailure(
      'host-not-allowed',
      `The file lies on ${hostOf(url)}, which is not one of Discord's file servers (DISCORD_CDN_HOSTS).`,
    )
  try {
    const response = await request(url, {
      dispatcher: agent,
      signal: target.signal,
      bodyTimeout: target.stallMs ?? STALL_MS,
    })
    response.body.on('error', () => {})
    requireFile(response)
    return await save(response, target)
  } catch (error) {
    target.signal.throwIfAborted()
    if (error instanceof FetchError || error instanceof RetryLater || isLocal(error)) throw error
    throw new FetchError('download-failed', "The connection to Discord's file server broke.", { cause: error })
  }
}

function requireFile(response: Dispatcher.ResponseData): void {
  const { statusCode, headers } = response
  if (statusCode === 200) return
  response.body.destroy()
  if (statusCode === 403 || statusCode === 404 || statusCode === 410) throw new LinkRefused(statusCode)
  if (statusCode === 429 || statusCode >= 500) {
    const asked = Number(headers['retry-after'])
    throw new RetryLater(
      `Discord's file server answers ${statusCode}.`,
      Number.isFinite(asked) ? asked * SECOND : 5 * SECOND,
    )
  }
  throw new FetchError('download-failed', `Discord's file server answers ${statusCode} instead of the file.`)
}

async function save(response: Dispatcher.ResponseData, target: Target): Promise<string> {
  const hash = createHash('sha256')
  let received = 0
  const measure = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      received += chunk.length
      if (received > target.sizeBytes) throw sizeMismatch(`more than ${target.sizeBytes}`, target.sizeBytes)
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(response.body, measure, createWriteStream(target.file, { flags: 'wx' }), { signal: target.signal })
  if (received !== target.sizeBytes) throw sizeMismatch(String(received), target.sizeBytes)
  return hash.digest('hex')
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

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that cannot be read'
}
