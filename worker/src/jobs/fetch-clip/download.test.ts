import { createHash } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { download } from './download.ts'

const bytes = Buffer.from('0123456789'.repeat(10_000))

describe('download', () => {
  let server: Server
  let host: string
  let folder: string
  let answer: RequestListener
  let files = 0

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dcs-download-'))
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await fs.rm(folder, { recursive: true })
  })

  const get = (
    options: { signal?: AbortSignal; stallMs?: number; url?: string; sizeBytes?: number; maxBytes?: number } = {},
  ) => {
    const file = path.join(folder, String(files++))
    const target = {
      sizeBytes: bytes.length,
      maxBytes: 1_000_000,
      cdnHosts: [host],
      signal: new AbortController().signal,
      ...options,
      file,
    }
    return { file, hash: download(options.url ?? `http://${host}/a.mp4`, target) }
  }

  it('writes the file and tells its hash', async () => {
    answer = (_request, response) => void response.end(bytes)
    const { file, hash } = get()
    expect(await hash).toEqual({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
    })
    expect(await fs.readFile(file)).toEqual(bytes)
  })

  it.each([
    ['fewer', bytes.length + 1, `should have ${bytes.length + 1} bytes, but ${bytes.length} came`],
    ['more', bytes.length - 1, `should have ${bytes.length - 1} bytes, but more than ${bytes.length - 1} came`],
  ])('refuses %s bytes than Discord announced', async (_, sizeBytes, message) => {
    answer = (_request, response) => void response.end(bytes)
    await expect(get({ sizeBytes }).hash).rejects.toMatchObject({
      failureCode: 'size-mismatch',
      message: expect.stringContaining(message),
    })
  })

  it('writes no more than is allowed of a file whose size nobody knows', async () => {
    answer = (_request, response) => void response.end(bytes)
    expect(await get({ sizeBytes: 0, maxBytes: bytes.length }).hash).toMatchObject({ sizeBytes: bytes.length })
    const { file, hash } = get({ sizeBytes: 0, maxBytes: bytes.length - 1 })
    await expect(hash).rejects.toMatchObject({ failureCode: 'too-big', maxBytes: bytes.length - 1 })
    expect((await fs.stat(file)).size).toBeLessThan(bytes.length)
  })

  it('does not take a body that breaks off for the file', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 1_000), () => response.destroy())
    }
    await expect(get().hash).rejects.toMatchObject({ failureCode: 'download-failed' })
  })

  it('gives up when no more bytes come', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 1_000))
    }
    await expect(get({ stallMs: 100 }).hash).rejects.toMatchObject({ failureCode: 'download-failed' })
  })

  it.each([403, 404, 410])('tells that the address does not work: %i', async (status) => {
    answer = (_request, response) => void response.writeHead(status).end()
    await expect(get().hash).rejects.toMatchObject({ name: 'LinkRefused', status })
  })

  it('waits as long as a busy server asks', async () => {
    answer = (_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end()
    await expect(get().hash).rejects.toMatchObject({ name: 'RetryLater', delayMs: 7_000 })
    answer = (_request, response) => void response.writeHead(503).end()
    await expect(get().hash).rejects.toMatchObject({ name: 'RetryLater' })
  })

  it('does not follow a redirect', async () => {
    const asked: string[] = []
    answer = ({ url = '' }, response) => {
      asked.push(url)
      response.writeHead(302, { location: `http://${host}/b.mp4` }).end()
    }
    await expect(get().hash).rejects.toMatchObject({ failureCode: 'download-failed' })
    expect(asked).toEqual(['/a.mp4'])
  })

  it('asks no host but those allowed', async () => {
    const asked: string[] = []
    answer = ({ url = '' }, response) => {
      asked.push(url)
      response.end(bytes)
    }
    const refused = get({ url: `http://localhost:${host.split(':')[1]}/a.mp4` }).hash
    await expect(refused).rejects.toMatchObject({ name: 'ClipFailure', failureCode: 'host-not-allowed' })
    expect(asked).toEqual([])
  })

  it('stops with the reason of the signal', async () => {
    const stop = new AbortController()
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 1_000), () => stop.abort(new Error('stopped')))
    }
    await expect(get({ signal: stop.signal }).hash).rejects.toThrow('stopped')
  })

  it('says what is wrong with our own disk', async () => {
    answer = (_request, response) => void response.end(bytes)
    const signal = new AbortController().signal
    const file = path.join(folder, 'missing', 'file')
    const result = download(`http://${host}/`, {
      file,
      sizeBytes: bytes.length,
      maxBytes: 1_000_000,
      cdnHosts: [host],
      signal,
    })
    await expect(result).rejects.toThrow('ENOENT')
  })
})
