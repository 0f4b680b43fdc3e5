import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, mediaFile, mediaFiles, type Twin } from '../src/index.ts'
import { crc32c } from '../src/cdn/crc32c.ts'
import { parseRange } from '../src/cdn/range.ts'
import { startCheckedTwin } from './checked-twin.ts'

describe('the CDN', () => {
  let twin: Twin
  let url: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    url = await addressOf(twin)
  })
  afterAll(() => twin.close())

  it('serves the whole file to a signed address', async () => {
    const response = await fetch(url)
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect(Buffer.from(await response.arrayBuffer()).equals(await readFile(mediaFile('scene-1').path))).toBe(true)
  })

  it.each([
    ['bytes=0-9', 206, 'bytes 0-9/', 10],
    ['bytes=-5', 206, '', 5],
    ['bytes=100-', 206, 'bytes 100-', null],
  ])('answers the range %s', async (range, status, contentRange, length) => {
    const response = await fetch(url, { headers: { range } })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-range')).toContain(contentRange)
    expect((await response.arrayBuffer()).byteLength).toBe(length ?? mediaFile('scene-1').sizeBytes - 100)
  })

  it('serves other bytes for every mark, with the video unchanged before them', async () => {
    const video = await readFile(mediaFile('one-second').path)
    const post = async (mark: string) => {
      const [channel] = twin.world.channelsOf(DEMO.guilds.squad).filter(({ name }) => name === 'clips')
      const answer = await fetch(`${twin.url}/_twin/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ channel_id: channel?.id, author_id: DEMO.people.mara, media: ['one-second'], mark }),
      })
      const { attachments } = (await answer.json()) as { attachments: { url: string; size: number }[] }
      const bytes = Buffer.from(await (await fetch(attachments[0]!.url)).arrayBuffer())
      expect(bytes.length).toBe(attachments[0]!.size)
      expect(bytes.subarray(0, video.length).equals(video)).toBe(true)
      return bytes
    }
    expect((await post('1')).equals(await post('2'))).toBe(false)
  })

  it('refuses a range beyond the end, and answers HEAD without a body', async () => {
    expect((await fetch(url, { headers: { range: 'bytes=99999999-' } })).status).toBe(416)
    const head = await fetch(url, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(mediaFile('scene-1').sizeBytes))
  })

  it('says that unsigned, tampered and expired addresses are gone', async () => {
    const expired = await startCheckedTwin({ urlLifetimeSeconds: -1 })
    const addresses = [
      url.split('?')[0]!,
      url.replace(/hm=./, 'hm=g'),
      url.replace(/ex=\w+/, 'ex=ffffffff'),
      await addressOf(expired),
    ]
    for (const address of addresses) {
      const response = await fetch(address)
      expect([response.status, await response.text()]).toEqual([404, 'This content is no longer available.'])
    }
    await expired.close()
  })

  it('says which file it is, with hashes a client can check', async () => {
    const { headers } = await fetch(url, { method: 'HEAD' })
    const bytes = await readFile(mediaFile('scene-1').path)
    const md5 = createHash('md5').update(bytes).digest()
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32c(bytes))
    expect(headers.get('etag')).toBe(`"${md5.toString('hex')}"`)
    expect(headers.get('x-goog-hash')).toBe(`crc32c=${sum.toString('base64')}, md5=${md5.toString('base64')}`)
    expect(headers.get('x-goog-stored-content-length')).toBe(String(bytes.length))
    expect(headers.get('content-type')).toBe('video/mp4')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000')
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.mp4"$/)
    expect(Number.isNaN(Date.parse(headers.get('last-modified')!))).toBe(false)
  })

  it('sends nothing again to who has the file already, and parts only of the file that was meant', async () => {
    const { headers } = await fetch(url, { method: 'HEAD' })
    const [etag, modified] = [headers.get('etag')!, headers.get('last-modified')!]
    const statusWith = async (sent: Record<string, string>) => (await fetch(url, { headers: sent })).status
    expect(await statusWith({ 'if-none-match': `"other", W/${etag}` })).toBe(304)
    expect(await statusWith({ 'if-none-match': '"other"', 'if-modified-since': modified })).toBe(200)
    expect(await statusWith({ 'if-modified-since': modified })).toBe(304)
    expect(await statusWith({ range: 'bytes=0-9', 'if-range': etag })).toBe(206)
    expect(await statusWith({ range: 'bytes=0-9', 'if-range': modified })).toBe(206)
    expect(await statusWith({ range: 'bytes=0-9', 'if-range': '"other"' })).toBe(200)
  })

  it('gives the same address for some minutes, and one that lives as long as it says', async () => {
    const query = new URL(url).searchParams
    const [ex, is] = [Number.parseInt(query.get('ex')!, 16), Number.parseInt(query.get('is')!, 16)]
    expect(ex - is).toBe(86_400)
    expect(is % 300).toBe(0)
    const { clock } = twin.world
    try {
      clock.skewMs = (ex - 2) * 1000 - Date.now()
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
      clock.skewMs = (ex + 1) * 1000 - Date.now()
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(404)
      const later = await addressOf(twin)
      expect(new URL(later).searchParams.get('hm')).not.toBe(query.get('hm'))
    } finally {
      clock.skewMs = 0
    }
  })

  it('serves pictures without a signature, as PNG and WebP', async () => {
    for (const [address, type] of [
      ['/avatars/1/avatar-1.png?size=128', 'image/png'],
      ['/avatars/1/avatar-12.webp?size=64', 'image/webp'],
      ['/icons/1/icon-5.webp', 'image/webp'],
      ['/embed/avatars/3.png', 'image/png'],
    ] as const) {
      const response = await fetch(twin.url + address)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
      const start = Buffer.from(await response.arrayBuffer())
        .subarray(0, 12)
        .toString('latin1')
      expect(start).toContain(type === 'image/png' ? 'PNG' : 'WEBP')
    }
    expect((await fetch(`${twin.url}/avatars/1/avatar-99.png`)).status).toBe(404)
  })

  it('refreshes addresses, signed or not', async () => {
    const response = await fetch(`${twin.apiUrl}/v10/attachments/refresh-urls`, {
      method: 'POST',
      headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ attachment_urls: [url.split('?')[0]] }),
    })
    const { refreshed_urls: refreshed } = (await response.json()) as {
      refreshed_urls: { original: string; refreshed: string }[]
    }
    expect((await fetch(refreshed[0]!.refreshed, { method: 'HEAD' })).status).toBe(200)
  })
})

describe('the media proxy', () => {
  let twin: Twin
  let proxyUrl: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    proxyUrl = (await attachmentOf(twin)).proxy_url
  })
  afterAll(() => twin.close())

  it('serves the file itself to the same signature', async () => {
    expect(new URL(proxyUrl).search).toBe(new URL(await addressOf(twin)).search)
    const response = await fetch(proxyUrl)
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect((await response.arrayBuffer()).byteLength).toBe(mediaFile('scene-1').sizeBytes)
    expect((await fetch(proxyUrl.replace(/hm=./, 'hm=g'))).status).toBe(404)
  })

  it.each([
    ['jpeg', 'image/jpeg', '\xff\xd8'],
    ['jpg', 'image/jpeg', '\xff\xd8'],
    ['webp', 'image/webp', 'RIFF'],
    ['png', 'image/png', '\x89PNG'],
  ])('makes a still of a video as %s', async (format, type, start) => {
    const address = `${proxyUrl}format=${format}&width=320&height=180&quality=lossless`
    const response = await fetch(address)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.toString('latin1').startsWith(start)).toBe(true)
    expect(bytes.length).toBeLessThan(40_000)
    const head = await fetch(address, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(bytes.length))
    const etag = head.headers.get('etag')!
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  it('refuses a still of what is no video it could measure', async () => {
    const channel = twin.world.channelsOf(DEMO.guilds.squad).find(({ name }) => name === 'clips')!
    const { id } = twin.world.postMessage({
      channelId: channel.id,
      authorId: DEMO.people.sam,
      files: [{ name: 'raw.mp4', bytes: Buffer.from('no dimensions'), contentType: 'video/mp4' }, { key: 'truncated' }],
    })
    for (const index of [0, 1]) {
      const { proxy_url: address } = await attachmentOf(twin, id, index)
      expect((await fetch(address, { method: 'HEAD' })).status).toBe(200)
      expect((await fetch(`${address}format=webp`)).status).toBe(415)
    }
    expect((await fetch(`${proxyUrl}format=bmp`)).status).toBe(415)
  })

  it('has a small still of every clip that can be played', async () => {
    const folder = path.resolve(import.meta.dirname, '../media/stills')
    for (const { key, playable } of mediaFiles)
      for (const format of playable ? ['jpeg', 'webp', 'png'] : [])
        expect((await stat(path.join(folder, `${key}.${format}`))).size).toBeLessThan(40_000)
  })
})

describe('the way to the CDN', () => {
  it('is as slow as it is told to be, and no slower once it is told otherwise', async () => {
    const twin = await startCheckedTwin({ cdn: { latencyMs: 60, bytesPerSecond: 1_000_000 } })
    const url = await addressOf(twin)
    const seconds = async (method: string) => {
      const start = performance.now()
      await (await fetch(url, { method })).arrayBuffer()
      return (performance.now() - start) / 1000
    }
    expect(await seconds('HEAD')).toBeGreaterThanOrEqual(0.055)
    const size = mediaFile('scene-1').sizeBytes / 1_000_000
    const before = performance.now()
    await Promise.all([seconds('GET'), seconds('GET')])
    expect((performance.now() - before) / 1000).toBeGreaterThanOrEqual(size * 2 * 0.95)
    await fetch(`${twin.url}/_twin/settings`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cdn_latency_ms: 0, cdn_bytes_per_second: null }),
    })
    expect(await seconds('GET')).toBeLessThan(size)
    await twin.close()
  })
})

describe('parts of files', () => {
  it('has the checksum of RFC 3720, whole or in pieces', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3_06_92_83)
    expect(crc32c(Buffer.from('6789'), crc32c(Buffer.from('12345')))).toBe(0xe3_06_92_83)
  })

  it.each([
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=5-99', 10, { start: 5, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=5-2', 10, null],
    ['bytes=-', 10, null],
    ['bytes=0-1,3-4', 10, null],
    ['lines=0-1', 10, null],
    [undefined, 10, null],
  ])('understands the range %s of %d bytes', (header, size, range) => {
    expect(parseRange(header, size)).toEqual(range)
  })
})

async function addressOf(twin: Twin): Promise<string> {
  return (await attachmentOf(twin)).url
}

async function attachmentOf(twin: Twin, messageId?: string, index = 0): Promise<{ url: string; proxy_url: string }> {
  const channel = twin.world.channelsOf(DEMO.guilds.squad).find(({ name }) => name === 'clips')!
  const id = messageId ?? [...channel.messages].find(({ attachments }) => attachments[0]?.mediaKey === 'scene-1')!.id
  const response = await fetch(`${twin.apiUrl}/v10/channels/${channel.id}/messages/${id}`, {
    headers: { authorization: `Bot ${twin.botToken}` },
  })
  return ((await response.json()) as { attachments: { url: string; proxy_url: string }[] }).attachments[index]!
}
