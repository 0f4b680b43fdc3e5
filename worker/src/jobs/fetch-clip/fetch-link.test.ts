import { createHash } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { Agent, buildConnector, request } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fetchLink } from './fetch-link.ts'
import { internet, isPublicAddress, pinnedLookup, type HostAddress, type Network } from './public-network.ts'

const bytes = Buffer.from('0123456789'.repeat(10_000))
const url = 'https://clips.example.org/a.mp4'

describe('an address of the open internet', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450:4001::1', '::ffff:8.8.8.8'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['this machine', '127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::', '::127.0.0.1'],
    ['a private network', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1', 'fec0::1'],
    ['what a cloud keeps its secrets at', '169.254.169.254', 'fe80::1', 'fd00:ec2::254', 'fe80::1%eth0'],
    ['IPv4 inside IPv6', '::ffff:10.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '::10.0.0.1'],
    ['a translated address', '64:ff9b::a00:1', '64:ff9b:1::1', '2002:a00:1::', '2001::1', '::ffff:0:10.0.0.1'],
    ['a shared or reserved range', '100.64.0.1', '192.0.0.1', '198.18.0.1', '203.0.113.1', '240.0.0.1', '2001:db8::1'],
    ['a group', '224.0.0.1', '255.255.255.255', 'ff02::1'],
    ['no address', '', 'localhost', '1.2.3', '0x7f.1', '2130706433', '10.0.0.1/8', '010.0.0.1'],
  ])('is never %s', (_, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })
})

describe('connecting', () => {
  it('goes to the addresses that were checked, whatever the name is', async () => {
    const addresses: HostAddress[] = [
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ]
    const lookup = pinnedLookup(addresses)
    const ask = (options: object) =>
      new Promise((resolve) => lookup('changed.example', options, (...answer) => resolve(answer)))
    expect(await ask({ all: true })).toEqual([null, addresses])
    expect(await ask({})).toEqual([null, '192.0.2.1', 4])
  })
})

describe('fetching a link', () => {
  let server: Server
  let port: number
  let folder: string
  let answer: RequestListener
  let asked: string[]
  let looked: string[]
  let files = 0
  /** What the name server says; what is not listed is a public address. */
  let names: Record<string, string[]>

  // Every public address is the test's own server; whether an address is public is decided as in the product.
  const network: Network = {
    isPublic: isPublicAddress,
    resolve: async (hostname) => {
      looked.push(hostname)
      const addresses = names[hostname] ?? ['93.184.216.34']
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
    connectTo: (addresses) => {
      if (!addresses.every(({ address }) => isPublicAddress(address))) throw new Error('connected to a private address')
      const connect = buildConnector({})
      const here = { hostname: '127.0.0.1', port: String(port), protocol: 'http:' }
      return new Agent({ connect: (options, callback) => connect({ ...options, ...here }, callback) })
    },
  }

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dcs-link-'))
    server = createServer((request, response) => {
      asked.push(`${request.headers.host}${request.url}`)
      answer(request, response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  beforeEach(() => {
    ;[asked, looked, names] = [[], [], {}]
    answer = (_request, response) => void response.writeHead(200, { 'content-type': 'video/mp4' }).end(bytes)
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await fs.rm(folder, { recursive: true })
  })

  const get = (address = url, more: { maxBytes?: number; network?: Network; stallMs?: number } = {}) => {
    const file = path.join(folder, String(files++))
    const signal = new AbortController().signal
    const target = { file, maxBytes: 1_000_000, linkHosts: ['clips.example.org'], signal, ...more }
    return { file, saved: fetchLink(address, target, more.network ?? network) }
  }
  const refused = { name: 'ClipFailure', failureCode: 'host-not-allowed' }
  const redirectTo =
    (location: string): RequestListener =>
    (_request, response) =>
      void response.writeHead(302, { location }).end()

  it('writes the file and tells its hash and size', async () => {
    const { file, saved } = get()
    expect(await saved).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length })
    expect(await fs.readFile(file)).toEqual(bytes)
  })

  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['fd00::1'],
    ['8.8.8.8', '10.0.0.1'],
  ])('does not connect when the name leads to %s', async (...addresses) => {
    names['clips.example.org'] = addresses
    await expect(get().saved).rejects.toMatchObject(refused)
    expect(asked).toEqual([])
  })

  it.each([
    'https://127.0.0.1/a.mp4',
    'https://[::1]/a.mp4',
    'https://[::ffff:10.0.0.1]/a.mp4',
    'https://2130706433/a.mp4',
    'https://localhost/a.mp4',
    'https://evil.example/a.mp4',
    'https://clips.example.org.evil.example/a.mp4',
    'http://clips.example.org/a.mp4',
    'https://clips.example.org:22/a.mp4',
    'https://a:b@clips.example.org/a.mp4',
    'file:///etc/passwd',
    'no address',
  ])('does not even look up %s', async (address) => {
    await expect(get(address).saved).rejects.toMatchObject(refused)
    expect([...asked, ...looked]).toEqual([])
  })

  it('follows a redirect within the allowed hosts, and checks its address again', async () => {
    answer = (request, response) => {
      if (request.url === '/a.mp4') redirectTo('https://eu.clips.example.org/b.mp4')(request, response)
      else response.writeHead(200, { 'content-type': 'video/webm' }).end(bytes)
    }
    expect(await get().saved).toMatchObject({ sizeBytes: bytes.length })
    expect(asked).toEqual(['clips.example.org/a.mp4', 'eu.clips.example.org/b.mp4'])
    expect(looked).toEqual(['clips.example.org', 'eu.clips.example.org'])
  })

  it('does not follow a redirect to a name that leads into a private network', async () => {
    answer = redirectTo('https://inside.clips.example.org/b.mp4')
    names['inside.clips.example.org'] = ['192.168.0.1']
    await expect(get().saved).rejects.toMatchObject(refused)
    expect(asked).toEqual(['clips.example.org/a.mp4'])
  })

  it.each([
    'https://evil.example/b.mp4',
    'http://clips.example.org/b.mp4',
    'http://127.0.0.1/b.mp4',
    'https://[::1]/b.mp4',
    '//evil.example/b.mp4',
    'file:///etc/passwd',
  ])('does not follow a redirect to %s', async (location) => {
    answer = redirectTo(location)
    await expect(get().saved).rejects.toMatchObject(refused)
    expect(asked).toHaveLength(1)
  })

  it('looks at the name again for each step: a name that changes is checked again', async () => {
    let times = 0
    const changing: Network = {
      ...network,
      resolve: async () => [{ address: times++ === 0 ? '93.184.216.34' : '127.0.0.1', family: 4 }],
    }
    answer = redirectTo('https://clips.example.org/b.mp4')
    await expect(get(url, { network: changing }).saved).rejects.toMatchObject(refused)
    expect(times).toBe(2)
    expect(asked).toHaveLength(1)
  })

  it('gives up on a host that redirects in a circle', async () => {
    answer = redirectTo('/a.mp4')
    await expect(get().saved).rejects.toMatchObject({ failureCode: 'too-many-redirects' })
    expect(asked).toHaveLength(4)
  })

  it('writes no more than is allowed, however much comes and whatever is announced', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' })
      const more = () => {
        if (!response.destroyed) response.write(bytes, more)
      }
      more()
    }
    const { file, saved } = get(url, { maxBytes: 250_000 })
    await expect(saved).rejects.toMatchObject({ failureCode: 'too-big', maxBytes: 250_000 })
    expect((await fs.stat(file)).size).toBeLessThanOrEqual(250_000)
  })

  it.each([['text/html'], ['application/octet-stream'], [undefined]])('takes no %s for a video', async (type) => {
    answer = (_request, response) => void response.writeHead(200, type ? { 'content-type': type } : {}).end(bytes)
    await expect(get().saved).rejects.toMatchObject({ failureCode: 'not-a-video' })
  })

  it.each([403, 404, 410])('says that the host does not give it out: %i', async (status) => {
    answer = (_request, response) => void response.writeHead(status).end()
    await expect(get().saved).rejects.toMatchObject({
      failureCode: 'gone',
      message: expect.stringContaining('clips.example.org'),
    })
  })

  it('tries again later when the host is busy, cannot be found, or says nothing more', async () => {
    answer = (_request, response) => void response.writeHead(503, { 'retry-after': '7' }).end()
    await expect(get().saved).rejects.toMatchObject({ name: 'RetryLater', delayMs: 7_000 })
    const lost: Network = { ...network, resolve: () => Promise.reject(new Error('ENOTFOUND')) }
    await expect(get(url, { network: lost }).saved).rejects.toMatchObject({ name: 'FetchError' })
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes.length })
      response.write(bytes.subarray(0, 100))
    }
    await expect(get(url, { stallMs: 100 }).saved).rejects.toMatchObject({ failureCode: 'download-failed' })
  })

  it('connects to the addresses it was given, not to what the name leads to', async () => {
    const dispatcher = internet.connectTo([{ address: '127.0.0.1', family: 4 }])
    const { body } = await request(`http://nowhere.example:${port}/a.mp4`, { dispatcher })
    expect(Buffer.from(await body.arrayBuffer())).toEqual(bytes)
    expect(asked).toEqual([`nowhere.example:${port}/a.mp4`])
    await dispatcher.destroy()
  })

  it('is what the product does with the names of this machine', async () => {
    const addresses = await internet.resolve('localhost')
    expect(addresses.length).toBeGreaterThan(0)
    expect(addresses.some(({ address }) => internet.isPublic(address))).toBe(false)
    const target = { file: path.join(folder, 'never'), maxBytes: 1, linkHosts: ['localhost'] }
    const signal = new AbortController().signal
    await expect(fetchLink('https://localhost/a.mp4', { ...target, signal })).rejects.toMatchObject(refused)
  })
})
