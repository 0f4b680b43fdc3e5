import { expect, it } from 'vitest'
import { createQuestions } from './questions.ts'

it('asks once for all who wait for the same answer, and again for who comes later', async () => {
  const { ask } = createQuestions<number>()
  const answers = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  let asked = 0
  const question = () => answers[asked++]!.promise
  const waiting = [ask('1', 'somebody', question), ask('1', 'somebody', question)]
  answers[0]!.resolve(7)
  expect(await Promise.all(waiting)).toEqual([7, 7])
  answers[1]!.resolve(8)
  expect(await ask('1', 'somebody', question)).toBe(8)
  expect(asked).toBe(2)
})

it('a question that failed is asked again', async () => {
  const { ask } = createQuestions<number>()
  await expect(ask('1', 'somebody', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await ask('1', 'somebody', async () => 1)).toBe(1)
})

it('the viewers of one guild have their part of the requests, and no more until it is time', async () => {
  let now = 0
  const { ask } = createQuestions<string>(() => now)
  const askMany = (guildId: string) =>
    Promise.all(Array.from({ length: 150 }, (_, index) => ask(guildId, String(index), async () => 'yes')))
  const answered = (answers: string[]) => answers.filter((answer) => answer === 'yes').length
  const first = answered(await askMany('1'))
  expect(first).toBe(100)
  expect(answered(await askMany('1'))).toBe(0)
  expect(answered(await askMany('2'))).toBe(100)
  now += 10_000
  expect(answered(await askMany('1'))).toBe(100)
})
