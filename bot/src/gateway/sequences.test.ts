import { expect, it } from 'vitest'
import { Sequences } from './sequences.ts'

const say = (sequences: Sequences, numbers: number[], shardId = 0) =>
  numbers.map((s) => sequences.skips(shardId, { t: s === 1 ? 'READY' : 'MESSAGE_CREATE', s }))
const nextMoment = () => new Promise((resolve) => setImmediate(resolve))

it('a number that is left out is noticed once, at the next event', () => {
  expect(say(new Sequences(), [1, 2, 4, 5])).toEqual([false, false, true, false])
})

it('an event that comes twice or late leaves nothing out', () => {
  expect(say(new Sequences(), [1, 2, 2, 4, 3, 5])).toEqual([false, false, false, true, false, false])
})

it('a new session counts from its own beginning, and each shard for itself', async () => {
  const sequences = new Sequences()
  say(sequences, [1, 2, 3, 4, 5])
  say(sequences, [1], 1)
  await nextMoment()
  expect(say(sequences, [1, 2])).toEqual([false, false])
  expect(say(sequences, [3], 1)).toEqual([true])
})

it('the first event of a session may be told after the second one', async () => {
  const sequences = new Sequences()
  expect(say(sequences, [2, 1])).toEqual([false, false])
  await nextMoment()
  expect(say(sequences, [3])).toEqual([false])
})
