import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '@dcs/shared/config'
import { clientAddress, addressGroup, trustedProxies } from './client-address.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { toProblem } from './errors.ts'
import { publicUrl } from './public-url.ts'
import { requestLimits, TooManyRequests, type LimitKind } from './request-limits.ts'
import { securityHeaders } from './security-headers.ts'

/** The longest path with its query, in characters. */
const MAX_URL_LENGTH = 4096
/** The largest body of any request, in bytes; routes may allow less. It is counted again while it is read. */
const MAX_BODY_BYTES = 256 * 1024

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
/** What of the API other sites may lead to: Discord's pages to the end of sign-in and installing, anybody to a video or picture. */
const LINKED = /^\/api\/(auth\/callback\/[^/]+|install\/callback|clips\/[^/]+\/(video|poster))$/
const API_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
/** Headers by which proxies and Next tell the program things; from outside they are only claims. */
const CLAIMS =
  /^(x-nonce|content-security-policy|x-forwarded-.*|forwarded|x-real-ip|x-original-url|x-rewrite-url|x-http-method.*|x-method-override|x-middleware-.*|x-invoke-.*|x-matched-path|x-now-.*|x-vercel-.*|x-next-.*|next-action|rsc-action)$/

/**
 * Looks at every request before Next does: refuses what no browser of a visitor sends, puts on every answer the headers that keep it from being misused, and
 * counts the requests of each address. Resolves to true when the answer is complete.
 */
export function createRequestGuard(
  config: Config,
  options: { isDev: boolean },
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const home = new URL(publicUrl(config))
  const isSecure = home.protocol === 'https:'
  const headers = Object.entries(securityHeaders({ isSecure }))
  const isTrusted = trustedProxies(config.interface.trustedProxies)

  return async (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    const url = request.url ?? '/'
    const path = url.split('?', 1)[0] ?? ''
    const address = clientAddress(request.socket.remoteAddress, oneHeader(request, 'x-forwarded-for'), isTrusted)
    for (const name of Object.keys(request.headers)) if (CLAIMS.test(name)) delete request.headers[name]
    // For the libraries behind: the one address that was found out.
    request.headers['x-forwarded-for'] = address
    request.headers['x-forwarded-proto'] = home.protocol.slice(0, -1)

    const refusal = refuse(request, url, path)
    if (refusal) return answer(response, path, ...refusal)
    const kind = kindOf(request.method ?? 'GET', path)
    if (kind) {
      try {
        await requestLimits().check(kind, 'address', addressGroup(address))
      } catch (error) {
        if (error instanceof TooManyRequests) response.setHeader('retry-after', error.retryAfterSeconds)
        const { status, code, message } = toProblem(error)
        return answer(response, path, status, code, message)
      }
    }
    if (path.startsWith('/api/') || path.startsWith('/_next/') || path === '/icon.svg') return false
    const place = homeOf(request, url, home)
    if (place !== null) {
      response.writeHead(307, { location: place }).end()
      return true
    }
    const nonce = randomBytes(16).toString('base64')
    const policy = contentSecurityPolicy(nonce, config.discord, { isSecure, ...options })
    request.headers['x-nonce'] = nonce
    request.headers['content-security-policy'] = policy
    response.setHeader('content-security-policy', policy)
    return false
  }

  function refuse(
    request: IncomingMessage,
    url: string,
    path: string,
  ): [status: number, code: string, message: string] | null {
    const method = request.method ?? ''
    if (url.length > MAX_URL_LENGTH) return [414, 'invalid-input', 'This address is too long.']
    if (!/^\/(?!\/)[!-~]*$/.test(url) || /\\|\/\/|%(00|0a|0d|2f|5c)/i.test(path) || !isDecodable(path))
      return [400, 'invalid-input', 'This address is not one of ours.']
    const isApi = path.startsWith('/api/')
    const mayUpgrade = options.isDev && path.startsWith('/_next/')
    if (isApi ? !API_METHODS.has(method) : method !== 'GET' && method !== 'HEAD' && !mayUpgrade)
      return [405, 'invalid-input', 'This cannot be done here.']
    // Pictures are made small by nobody here: the part of Next that does is not used, and not offered.
    if (path.startsWith('/_next/image')) return [404, 'not-found', 'There is nothing here.']
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      return [413, 'too-large', 'This is larger than what is taken here.']
    const site = oneHeader(request, 'sec-fetch-site')
    const isForeign = site === 'cross-site' || site === 'same-site'
    const isLink = method === 'GET' && oneHeader(request, 'sec-fetch-mode') === 'navigate' && LINKED.test(path)
    if (isApi && isForeign && !isLink) return [403, 'forbidden', 'This request came from another site and was refused.']
    return null
  }
}

/** Another name of this machine is sent to the one that sign-in returns to. */
function homeOf(request: IncomingMessage, url: string, home: URL): string | null {
  const [name = '', port = ''] = (request.headers.host ?? '').split(/:(?=\d+$)/)
  const isOther = LOOPBACK.has(home.hostname) && LOOPBACK.has(name) && name !== home.hostname && port === home.port
  return isOther ? home.origin + url : null
}

/** The kind of request an address is counted under; null for files that never change. */
function kindOf(method: string, path: string): LimitKind | null {
  if (path.startsWith('/_next/static/')) return null
  if (/^\/api\/auth\/(sign-in|callback)\//.test(path)) return 'sign-in'
  if (method !== 'GET' && method !== 'HEAD') return 'change'
  return /^\/api\/clips\/[^/]+\/(video|poster)$/.test(path) ? 'bytes' : 'read'
}

function answer(response: ServerResponse, path: string, status: number, code: string, message: string): true {
  const isApi = path.startsWith('/api/')
  response
    .writeHead(status, {
      'content-type': isApi ? 'application/json' : 'text/plain; charset=utf-8',
      'cache-control': 'private, no-store',
      // What is left of a refused body is not read.
      connection: 'close',
    })
    .end(isApi ? JSON.stringify({ error: { code, message } }) : `${message}\n`)
  return true
}

function oneHeader(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
