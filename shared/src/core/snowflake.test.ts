import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from './errors.ts'
import {
  compareSnowflakes,
  dateToSnowflake,
  isSnowflake,
  parseSnowflake,
  snowflakeToDate,
  zSnowflake,
} from './snowflake.ts'

fc.configureGlobal({ seed: 7 })

const anyId = fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }).map(String)

describe('Discord ids', () => {
  it.each(['0', '175928847299117063', '9223372036854775807', '81384788765712384'])('takes %s', (id) => {
    expect(isSnowflake(id)).toBe(true)
    expect(parseSnowflake(id)).toBe(id)
    expect(zSnowflake.parse(id)).toBe(id)
  })

  it.each(['', ' 1', '-1', '1e5', '0x10', '1.0', '007', '9223372036854775808', '１２３', 175928847299117060, 1n, null])(
    'refuses %s',
    (id) => {
      expect(isSnowflake(id)).toBe(false)
      expect(zSnowflake.safeParse(id).success).toBe(false)
    },
  )

  it('names the field and shows the value when it refuses', () => {
    expect(() => parseSnowflake('abc', 'channelId')).toThrow(AppError)
    expect(() => parseSnowflake('abc', 'channelId')).toThrow('channelId: "abc" is not a Discord id')
    expect(() => parseSnowflake(1n)).toThrow('id: 1 is not a Discord id')
  })

  it('reads the time in the example of the Discord documentation', () => {
    expect(snowflakeToDate('175928847299117063').toISOString()).toBe('2016-04-30T11:18:25.796Z')
  })

  it('has no ids before its epoch', () => {
    expect(dateToSnowflake(new Date('2014-01-01'))).toBe('0')
    expect(dateToSnowflake(new Date('2015-01-01T00:00:00.001Z'))).toBe('4194304')
  })

  it('finds the lowest id of a millisecond', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const date = snowflakeToDate(id)
        const lowest = dateToSnowflake(date)
        expect(compareSnowflakes(lowest, id)).toBeLessThanOrEqual(0)
        expect(snowflakeToDate(lowest)).toEqual(date)
        expect(BigInt(lowest) & 0x3f_ffffn).toBe(0n)
      }),
    )
  })

  it('are ordered as numbers, whatever their length', () => {
    const ids = ['99999999999999999', '100000000000000000', '999999999999999999', '1000000000000000000']
    expect(ids.toSorted()).not.toEqual(ids)
    expect(ids.toReversed().toSorted(compareSnowflakes)).toEqual(ids)
    // Both are the same as a JavaScript number.
    expect(compareSnowflakes('9007199254740993', '9007199254740992')).toBe(1)
    expect(compareSnowflakes('5', '5')).toBe(0)
  })
})
