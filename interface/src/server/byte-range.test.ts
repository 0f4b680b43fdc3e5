import { describe, expect, it } from 'vitest'
import { allowsPart, isUnchanged, parseRange } from './byte-range.ts'

describe('parseRange', () => {
  it.each([
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=900-', { start: 900, end: 999 }],
    ['bytes=-100', { start: 900, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=0-5000', { start: 0, end: 999 }],
    ['Bytes = 1 - 2', { start: 1, end: 2 }],
  ])('reads %s', (header, range) => expect(parseRange(header, 1000)).toEqual({ kind: 'part', range }))

  it.each([null, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=a-b', 'items=0-1', 'bytes=0-1,5-6'])(
    'ignores %s, as the standard asks',
    (header) => expect(parseRange(header, 1000)).toEqual({ kind: 'whole' }),
  )

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('cannot satisfy %s', (header) =>
    expect(parseRange(header, 1000)).toEqual({ kind: 'unsatisfiable' }),
  )

  it('satisfies nothing of an empty object', () => {
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' })
    expect(parseRange('bytes=-1', 0)).toEqual({ kind: 'unsatisfiable' })
  })
})

it('takes a part only for the very bytes that If-Range names', () => {
  expect(allowsPart(null, '"a"')).toBe(true)
  expect(allowsPart('"a"', '"a"')).toBe(true)
  expect(allowsPart('W/"a"', '"a"')).toBe(false)
  expect(allowsPart('Wed, 21 Oct 2015 07:28:00 GMT', '"a"')).toBe(false)
})

it('knows unchanged bytes by any tag of the list', () => {
  expect(isUnchanged('"b", W/"a"', '"a"')).toBe(true)
  expect(isUnchanged('*', '"a"')).toBe(true)
  expect(isUnchanged('"b"', '"a"')).toBe(false)
  expect(isUnchanged(null, '"a"')).toBe(false)
})
