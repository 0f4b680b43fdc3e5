import { SECOND } from '@dcs/shared/core'
import { isCdnUrl } from '@dcs/shared/domain'
import { Agent, request } from 'undici'
import { ClipFailure } from './failures.ts'
import { explainBroken, hostOf, requireFile, saveBody, STALL_MS, type SavedFile } from './save-body.ts'

// Redirects are not followed: they could lead anywhere.
const agent = new Agent({ connect: { timeout: 10 * SECOND }, headersTimeout: 20 * SECOND, connections: 8 })

type Target = {
  file: string
  /** What Discord says; 0 when it does not. */
  sizeBytes: number
  /** For a file whose size is not known before. */
  maxBytes: number
  cdnHosts: readonly string[]
  signal: AbortSignal
  stallMs?: number
}

/**
 * Streams a file of Discord's servers to disk: exactly `sizeBytes` when that is known. Only from `cdnHosts`.
 * Throws `LinkRefused` when the address does not work, `RetryLater` when the server is busy.
 */
export async function download(url: string, target: Target): Promise<SavedFile> {
  if (!isCdnUrl(target.cdnHosts, url))
    throw new ClipFailure(
      'host-not-allowed',
      `The file lies on ${hostOf(url)}, which is not one of Discord's file servers (DISCORD_CDN_HOSTS).`,
    )
  const server = "Discord's file server"
  try {
    const response = await request(url, {
      dispatcher: agent,
      signal: target.signal,
      bodyTimeout: target.stallMs ?? STALL_MS,
    })
    response.body.on('error', () => {})
    requireFile(response, server)
    return await saveBody(response, target)
  } catch (error) {
    throw explainBroken(error, target.signal, server)
  }
}
