import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { SECOND } from '@dcs/shared/core'
import ipaddr from 'ipaddr.js'
import { Agent, type Dispatcher } from 'undici'

/** An address of a host. */
export type HostAddress = { address: string; family: 4 | 6 }

/** How hosts outside Discord are found and reached. */
export type Network = {
  /** Every address of a host; for an address itself, that. */
  resolve: (hostname: string) => Promise<HostAddress[]>
  isPublic: (address: string) => boolean
  /** Connects to these addresses and no others, whatever the host's name says meanwhile. Destroyed after one download. */
  connectTo: (addresses: readonly HostAddress[]) => Dispatcher
}

/** The internet. */
export const internet: Network = {
  resolve: async (hostname) => {
    const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true })
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
  },
  isPublic: isPublicAddress,
  connectTo: (addresses) =>
    new Agent({
      connect: { timeout: 10 * SECOND, lookup: pinnedLookup(addresses) },
      headersTimeout: 20 * SECOND,
      connections: 1,
    }),
}

/** Whether an address is one of the open internet: no private, local, reserved, translated or multicast range, also when an IPv6 address wraps it. */
export function isPublicAddress(address: string): boolean {
  if (!isIP(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  // All of the open internet's IPv6 is in 2000::/3 (https://www.iana.org/assignments/ipv6-address-space).
  return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1
}

/** Answers every question for a host with the same addresses. */
export function pinnedLookup(addresses: readonly HostAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses
    if (options.all) callback(null, [...addresses])
    else if (first) callback(null, first.address, first.family)
    else callback(new Error('no address'), '', 4)
  }
}
