import { describe, expect, it } from 'vitest'
import { isSnowflake, snowflakeToDate } from '../core/snowflake.ts'
import { syntheticId } from './synthetic-id.ts'

const messageId = '1456789012345678901'

describe('an id for what has none', () => {
  it('is a Discord id as old as the message, the same every time', () => {
    const id = syntheticId(messageId, 'https://v.example/1.mp4')
    expect(isSnowflake(id)).toBe(true)
    expect(snowflakeToDate(id)).toEqual(snowflakeToDate(messageId))
    expect(syntheticId(messageId, 'https://v.example/1.mp4')).toBe(id)
  })

  it('hardly ever meets another', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => syntheticId(messageId, `https://v.example/${index}.mp4`))
    expect(new Set(ids).size).toBeGreaterThan(997)
    const same = Array.from({ length: 1_000 }, (_, index) =>
      syntheticId(String(BigInt(messageId) + BigInt(index)), 'https://v.example/1.mp4'),
    )
    expect(new Set(same).size).toBeGreaterThan(997)
  })
})
