import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '@dcs/shared/config'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { publicUrl } from './public-url.ts'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Prepares a request before Next sees it. Pages get a policy with a nonce of their own, which Next reads from the request. Another name of this machine
 * is sent to the one that sign-in returns to; then the answer is complete and `true` is returned.
 */
export function prepareRequest(
  request: IncomingMessage,
  response: ServerResponse,
  config: Config,
  options: { isDev: boolean },
): boolean {
  const home = new URL(publicUrl(config))
  const path = request.url ?? '/'
  const [name = '', port = ''] = (request.headers.host ?? '').split(/:(?=\d+$)/)
  if (path.startsWith('/api/') || path.startsWith('/_next/static/')) return false
  if (LOOPBACK.has(home.hostname) && LOOPBACK.has(name) && name !== home.hostname && port === home.port) {
    response.writeHead(307, { location: new URL(path.replace(/^\/+/, '/'), home).href }).end()
    return true
  }
  const nonce = randomBytes(16).toString('base64')
  const policy = contentSecurityPolicy(nonce, config.discord, { isSecure: home.protocol === 'https:', ...options })
  request.headers['x-nonce'] = nonce
  request.headers['content-security-policy'] = policy
  response.setHeader('content-security-policy', policy)
  return false
}
