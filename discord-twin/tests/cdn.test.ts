import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, mediaFile, type Twin } from '../src/index.ts'
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

async function addressOf(twin: Twin): Promise<string> {
  const channel = twin.world.channelsOf(DEMO.guilds.squad).find(({ name }) => name === 'clips')!
  const message = [...channel.messages].find(({ attachments }) => attachments[0]?.mediaKey === 'scene-1')!
  const response = await fetch(`${twin.apiUrl}/v10/channels/${channel.id}/messages/${message.id}`, {
    headers: { authorization: `Bot ${twin.botToken}` },
  })
  return ((await response.json()) as { attachments: { url: string }[] }).attachments[0]!.url
}
