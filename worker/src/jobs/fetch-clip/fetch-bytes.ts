import { AppError, HOUR, MINUTE, RetryLater } from '@dcs/shared/core'
import { updateClipUrl, type Clip } from '@dcs/shared/db'
import { attachmentExpiry, readClipUrl, refreshAttachmentUrl } from '@dcs/shared/discord'
import { attachmentIdIn, isCdnUrl, type ClipRules } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'
import { download } from './download.ts'
import { ClipFailure, gone } from './failures.ts'
import { fetchLink } from './fetch-link.ts'
import { LinkRefused, type SavedFile } from './save-body.ts'

/** A clip that was posted within this time goes before everything that is old. */
const FRESH_MS = HOUR

/** For files whose size nobody says before, when the channel has no limit. */
const UNKNOWN_SIZE_MAX_BYTES = 500_000_000

/**
 * Downloads a clip into `file`. Tries the stored address unless it has run out, then a refreshed one, then the one in the message: only when that does not
 * work either is the file gone.
 */
export async function fetchBytes(
  context: WorkerContext,
  clip: Clip,
  rules: ClipRules,
  file: string,
  signal: AbortSignal,
): Promise<SavedFile> {
  const isFresh = Date.now() - clip.postedAt.getTime() < FRESH_MS
  const rest = isFresh ? context.liveRest : context.rest
  const maxBytes = rules.maxSizeBytes || UNKNOWN_SIZE_MAX_BYTES
  const isLink = clip.linkUrl !== null
  const fetchFrom = (url: string) =>
    isLink && !isCdnUrl(rules.cdnHosts, url)
      ? fetchLink(url, { file, maxBytes, linkHosts: rules.linkHosts, signal })
      : download(url, { file, sizeBytes: clip.sizeBytes, maxBytes, cdnHosts: rules.cdnHosts, signal })
  const isInProxy = isLink && isCdnUrl(rules.cdnHosts, clip.url) && attachmentIdIn(clip.url) === null
  const sources = [
    async () => (isExpired(clip.url) ? null : clip.url),
    async () => (attachmentIdIn(clip.url) === null ? null : refreshAttachmentUrl(rest, clip.url)),
    // Addresses of Discord's proxy never change, so asking again would only cost a request.
    async () => (isInProxy ? null : ((await explainMissing(() => readClipUrl(rest, clip, rules))) ?? 'gone')),
  ]
  const tried = new Set<string>()
  let refused: LinkRefused | undefined
  let elsewhere: ClipFailure | undefined
  for (const source of sources) {
    const url = await source()
    // Of a link, the message does not say more than whether its host is allowed.
    if (url === 'gone') throw isLink && elsewhere ? elsewhere : gone()
    if (url === null || tried.has(url)) continue
    tried.add(url)
    try {
      const saved = await fetchFrom(url)
      if (url !== clip.url) await updateClipUrl(clip.id, url)
      return saved
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
