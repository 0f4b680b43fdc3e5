import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from './lock.ts'
import { makeDirectory, removeDirectory, startProcess } from '../db/embedded/testing.ts'

describe('withLock', { timeout: 60_000 }, () => {
  let directory: string
  let file: string

  beforeEach(() => {
    directory = makeDirectory()
    file = path.join(directory, 'lock')
  })
  afterEach(() => removeDirectory(directory))

  it('lets one caller in at a time and leaves nothing behind', async () => {
    let inside = 0
    const seen = await Promise.all(
      Array.from({ length: 5 }, () =>
        withLock(file, async () => {
          inside++
          await new Promise(setImmediate)
          return inside--
        }),
      ),
    )
    expect(seen).toEqual([1, 1, 1, 1, 1])
    expect(fs.readdirSync(directory)).toEqual([])
  })

  it('frees the lock when the work fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(file, async () => 'in')).toBe('in')
  })

  it('takes over from a holder that was killed', async () => {
    const holder = startProcess(`
      import { withLock } from './../../core/lock.ts'
      await withLock(${JSON.stringify(file)}, async () => { console.log('in'); await new Promise(() => setInterval(() => {}, 1e6)) })
    `)
    expect(await holder.nextLine()).toBe('in')
    await expect(withLock(file, async () => 'in', 100)).rejects.toThrow(`${file}, held by process ${holder.child.pid}`)
    holder.child.kill('SIGKILL')
    await holder.ended
    expect(await withLock(file, async () => 'in')).toBe('in')
    expect(fs.readdirSync(directory)).toEqual([])
  })

  it('lets one of several processes win when they find the lock, and its reaper, dead', async () => {
    const { pid, ended } = await finishedProcess()
    await ended
    fs.writeFileSync(file, JSON.stringify({ pid, startedAt: null, token: 'first' }))
    fs.writeFileSync(`${file}.first`, JSON.stringify({ pid, startedAt: null, token: 'second' }))
    const inside = path.join(directory, 'inside')
    const racers = Array.from({ length: 4 }, () =>
      startProcess(`
        import fs from 'node:fs'
        import { withLock } from './../../core/lock.ts'
        for (let round = 0; round < 20; round++)
          await withLock(${JSON.stringify(file)}, async () => {
            fs.mkdirSync(${JSON.stringify(inside)})
            await new Promise(setImmediate)
            fs.rmdirSync(${JSON.stringify(inside)})
            if (round === 10) fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify({ pid: ${pid}, startedAt: null, token: 'dead' + process.pid }))
          })
      `),
    )
    expect(await Promise.all(racers.map((racer) => racer.ended))).toEqual([0, 0, 0, 0])
    expect(fs.readdirSync(directory)).toEqual([])
  })

  it.skipIf(!fs.existsSync('/proc/self/stat'))(
    'is not fooled by a pid that was given to another process (needs /proc)',
    async () => {
      fs.writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: '1', token: 'old' }))
      expect(await withLock(file, async () => 'in')).toBe('in')
    },
  )

  it('takes over a lock file that a power cut left empty', async () => {
    fs.writeFileSync(file, '')
    expect(await withLock(file, async () => 'in')).toBe('in')
  })
})

async function finishedProcess() {
  const { child, ended } = startProcess('')
  await ended
  return { pid: child.pid, ended }
}
