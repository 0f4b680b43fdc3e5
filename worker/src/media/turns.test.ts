import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

const never = new AbortController().signal

describe('turns', () => {
  it('lets as many work as there is room, in the order in which they came', async () => {
    const turns = createTurns(2)
    const begun: number[] = []
    const ends: (() => void)[] = []
    const all = Array.from({ length: 5 }, (_, index) =>
      turns(never, () => {
        begun.push(index)
        return new Promise<void>((resolve) => ends.push(resolve))
      }),
    )
    for (let count = 2; count <= 5; count += 1) {
      await setImmediate()
      expect(begun).toEqual([0, 1, 2, 3, 4].slice(0, count))
      ends.shift()?.()
    }
    ends.shift()?.()
    await Promise.all(all)
    expect(await turns(never, async () => 'free again')).toBe('free again')
  })

  it('goes on after work that fails, and without those who give up waiting', async () => {
    const turns = createTurns(1)
    const given = new AbortController()
    let fail: (error: Error) => void = () => {}
    const first = turns(never, () => new Promise<void>((_, reject) => (fail = reject)))
    const second = turns(given.signal, async () => 'never')
    const third = turns(never, async () => 'third')
    given.abort(new Error('stopped'))
    await expect(second).rejects.toThrow('stopped')
    fail(new Error('broken'))
    await expect(first).rejects.toThrow('broken')
    expect(await third).toBe('third')
    await expect(turns(given.signal, async () => 'never')).rejects.toThrow('stopped')
  })
})
