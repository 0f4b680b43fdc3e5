import { BlockList, isIP } from 'node:net'

/** Says of an address whether it is one of the trusted proxies. */
export type TrustedProxies = (address: string) => boolean

/** Reads a list of addresses and networks, as TRUSTED_PROXIES has them. */
export function trustedProxies(list: readonly string[]): TrustedProxies {
  const known = new BlockList()
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) known.addAddress(address, family)
    else known.addSubnet(address, Number(prefix), family)
  }
  return (address) => isIP(address) !== 0 && known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The address a request comes from: whoever connected, unless that is a trusted proxy. Then the last address in X-Forwarded-For that is not one of them; what
 * a visitor writes into that header stands further left and never counts.
 */
export function clientAddress(
  connected: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: TrustedProxies,
): string {
  let address = plainAddress(connected ?? '')
  for (const hop of (forwardedFor ?? '').split(',').toReversed()) {
    if (!isTrusted(address)) break
    const said = plainAddress(hop.trim())
    if (isIP(said) === 0) break
    address = said
  }
  return address
}

/** What requests of one visitor have in common: an IPv4 address, or the /64 that a provider gives one customer. */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const filled =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return filled
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')
}

/** Without the zone and the brackets; an IPv4 address in IPv6 clothes is an IPv4 address. */
function plainAddress(text: string): string {
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
  return bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
