import { describe, expect, it } from 'vitest'
import { addressGroup, clientAddress, trustedProxies } from './client-address.ts'

describe('clientAddress', () => {
  const nobody = trustedProxies([])
  const proxies = trustedProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])

  it.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    ['::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    [undefined, '198.51.100.1', ''],
  ])('of %s that claims %s is who connects, where no proxy is trusted', (connected, claimed, found) =>
    expect(clientAddress(connected, claimed, nobody)).toBe(found),
  )

  it.each([
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '127.0.0.1, 198.51.100.1, 10.1.1.1', '198.51.100.1'],
    ['::ffff:10.0.0.2', '2001:db8::1', '2001:db8::1'],
    ['fd00::1', '[2001:db8::1]:443', '2001:db8::1'],
    ['127.0.0.1', '198.51.100.1:5000', '198.51.100.1'],
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, <script>', '127.0.0.1'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ])('of %s that was told %s is the last one that no trusted proxy is', (connected, told, found) =>
    expect(clientAddress(connected, told, proxies)).toBe(found),
  )
})

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:0db8::', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('counts %s under %s', (address, group) => expect(addressGroup(address)).toBe(group))
