import { AppError, MINUTE, RetryLater } from '@dcs/shared/core'
import { updateClipUrl, type Clip } from '@dcs/shared/db'
import { attachmentExpiry, readAttachmentUrl, refreshAttachmentUrl } from '@dcs/shared/discord'
import type { WorkerContext } from '../../context.ts'
import { download, LinkRefused } from './download.ts'
import { ClipFailure, gone } from './failures.ts'

/**
 * Downloads a clip into `file` and returns its SHA-256. Tries the stored address unless it has run out, then a refreshed one, then the one in the message:
 * only when that does not work either is the file gone.
 */
export async function fetchBytes(
  context: WorkerContext,
  clip: Clip,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  const { rest } = context
  const sources = [
    ...(isExpired(clip.url) ? [] : [async () => clip.url]),
    () => refreshAttachmentUrl(rest, clip),
    () => readAttachmentUrl(rest, clip),
  ]
  const tried = new Set<string>()
  let refused: LinkRefused | undefined
  let elsewhere: ClipFailure | undefined
  for (const source of sources) {
    const url = await explainMissing(source)
    if (url === null) throw gone()
    if (tried.has(url)) continue
    tried.add(url)
    try {
      const sha256 = await download(url, { file, sizeBytes: clip.sizeBytes, cdnHosts: context.cdnHosts, signal })
      if (url !== clip.url) await updateClipUrl(clip.id, url)
      return sha256
    } catch (error) {
      // An address of another host may be an old one; what Discord says now counts.
      if (error instanceof ClipFailure && error.failureCode === 'host-not-allowed') elsewhere = error
      else if (error instanceof LinkRefused) refused = error
      else throw error
    }
  }
  if (elsewhere && !refused) throw elsewhere
  // 403 also comes from in between, when a whole host is shut out; that may pass.
  throw refused?.status === 403 ? refused : gone(refused)
}

async function explainMissing(source: () => Promise<string | null>): Promise<string | null> {
  try {
    return await source()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'not-found') throw gone(error)
    if (error.code === 'forbidden')
      throw new ClipFailure('no-access', 'The bot may not read the message of this clip any more.', { cause: error })
    // The clip is not to blame for a wrong token.
    if (error.code === 'unauthenticated') throw new RetryLater(error.message, MINUTE, { cause: error })
    throw error
  }
}

/** Also when it is about to expire: the server checks at the start of the download. */
function isExpired(url: string): boolean {
  const expiry = URL.canParse(url) ? attachmentExpiry(url) : null
  return expiry !== null && expiry.getTime() < Date.now() + MINUTE / 2
}
