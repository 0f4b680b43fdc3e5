import { AppError } from '@dcs/shared/core'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { toProblem } from './errors.ts'

it('never says more than what is meant for people', () => {
  expect(toProblem(new AppError('not-found', 'row 12 of clips'))).toMatchObject({
    status: 404,
    message: 'There is nothing here.',
  })
  expect(toProblem(new AppError('forbidden', 'secret', { publicMessage: 'Ask a manager.' })).message).toBe(
    'Ask a manager.',
  )
  expect(toProblem(new Error('password=hunter2'))).toEqual({
    status: 500,
    code: 'internal',
    message: 'Something went wrong on our side.',
  })
})

it('knows a lost database behind any wrapper', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(toProblem(new Error('Failed query', { cause }))).toMatchObject({ status: 503, code: 'unavailable' })
  expect(toProblem(new Error('Connection terminated unexpectedly')).status).toBe(503)
})

it('names the fields that do not fit', () => {
  const result = z.object({ limit: z.number('must be a number') }).safeParse({ limit: 'x' })
  expect(toProblem(result.error)).toMatchObject({
    status: 400,
    message: 'limit: must be a number',
    fields: { limit: 'must be a number' },
  })
})
