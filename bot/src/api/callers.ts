import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const LOCAL_NAMES = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Says who may ask the API. With a token: whoever sends it. Without one: programs on this machine, which name it as the host (a page that a browser was lured to
 * does not) and come without a proxy (then the one who asks is elsewhere).
 */
export function createCallerCheck(
  token: string | undefined,
): (caller: { address: string | undefined; headers: IncomingHttpHeaders }) => boolean {
  if (token !== undefined) {
    const wanted = digest(token)
    return ({ headers }) => {
      const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
      return timingSafeEqual(digest(given), wanted)
    }
  }
  return ({ address, headers }) =>
    isLoopback(address ?? '') &&
    LOCAL_NAMES.test(headers.host ?? '') &&
    FORWARDED.every((name) => headers[name] === undefined)
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '')
  return isIP(plain) !== 0 && loopback.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** Of one length whatever is given: comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
