import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { toWebStream } from './object-response.ts'

it('reads only what is taken, and closes the source when the browser goes away', async () => {
  let read = 0
  const source = new Readable({
    highWaterMark: 1,
    read() {
      read += 1
      this.push(Buffer.alloc(1024))
    },
  })
  const reader = toWebStream(source).getReader()
  await reader.read()
  await reader.read()
  expect(read).toBeLessThan(6)
  await reader.cancel()
  expect(source.destroyed).toBe(true)
})

it('passes on that reading failed', async () => {
  const source = new Readable({
    read() {
      this.destroy(new Error('disk is gone'))
    },
  })
  await expect(toWebStream(source).getReader().read()).rejects.toThrow('disk is gone')
})
