import { isLinkUrl } from '@dcs/shared/domain'
import { request, type Dispatcher } from 'undici'
import { ClipFailure, FetchError } from './failures.ts'
import { internet, type Network } from './public-network.ts'
import { explainBroken, hostOf, LinkRefused, requireFile, saveBody, STALL_MS, type SavedFile } from './save-body.ts'

const REDIRECTS_MAX = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

type Target = { file: string; maxBytes: number; linkHosts: readonly string[]; signal: AbortSignal; stallMs?: number }

/**
 * Streams a video from an allowed clip host to disk. Only over https, only from `linkHosts`, only from public addresses, and connected to exactly the
 * addresses that were checked; the same holds for each of at most three redirects. Never more than `maxBytes` are written.
 */
export async function fetchLink(url: string, target: Target, network: Network = internet): Promise<SavedFile> {
  let current = url
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const answer = await step(current, target, network)
    if (typeof answer !== 'string') return answer
    current = answer
  }
  throw new ClipFailure('too-many-redirects', `${hostOf(url)} redirects more than ${REDIRECTS_MAX} times.`)
}

/** The file, or where the host says it is. */
async function step(url: string, target: Target, network: Network): Promise<SavedFile | string> {
  if (!isLinkUrl(target.linkHosts, url))
    throw new ClipFailure(
      'host-not-allowed',
      `The video lies on ${hostOf(url)}, which is not one of the clip hosts that this channel allows (setting link_hosts, https only).`,
    )
  const server = hostOf(url)
  const dispatcher = network.connectTo(await publicAddresses(new URL(url).hostname, network))
  try {
    const response = await request(url, {
      dispatcher,
      signal: target.signal,
      bodyTimeout: target.stallMs ?? STALL_MS,
      headers: { accept: 'video/*', 'accept-encoding': 'identity' },
    })
    response.body.on('error', () => {})
    const location = redirectOf(response, url)
    if (location !== null) return location
    requireFile(response, server)
    requireVideo(response, server)
    return await saveBody(response, { ...target, sizeBytes: 0 })
  } catch (error) {
    // Here, 403 is an answer of the file's own host.
    if (error instanceof LinkRefused)
      throw new ClipFailure('gone', `${server} does not give out this video (HTTP ${error.status}).`, { cause: error })
    throw explainBroken(error, target.signal, server)
  } finally {
    await dispatcher.destroy()
  }
}

async function publicAddresses(hostname: string, { resolve, isPublic }: Network) {
  const addresses = await resolve(hostname).catch((cause: unknown) => {
    throw new FetchError('download-failed', `The address of ${hostname} could not be found.`, { cause })
  })
  if (addresses.length === 0) throw new FetchError('download-failed', `${hostname} has no address.`)
  if (!addresses.every(({ address }) => isPublic(address)))
    throw new ClipFailure(
      'host-not-allowed',
      `${hostname} leads into a private network, from where nothing is fetched.`,
    )
  return addresses
}

function redirectOf({ statusCode, headers, body }: Dispatcher.ResponseData, url: string): string | null {
  if (!REDIRECTS.has(statusCode)) return null
  body.destroy()
  const { location } = headers
  if (typeof location !== 'string' || !URL.canParse(location, url))
    throw new ClipFailure('download-failed', `${hostOf(url)} redirects to an address that cannot be read.`)
  return new URL(location, url).href
}

function requireVideo({ headers, body }: Dispatcher.ResponseData, server: string): void {
  const type = headers['content-type']
  if (typeof type === 'string' && /^video\//i.test(type.trim())) return
  body.destroy()
  throw new ClipFailure('not-a-video', `${server} answers with ${String(type ?? 'no type')} instead of a video.`)
}
