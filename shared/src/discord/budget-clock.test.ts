import { expect, it } from 'vitest'
import fc from 'fast-check'
import { createDiscordClock } from './budget-clock.ts'

const AHEAD = 5_000_000

it('is never before the moment a request was counted, whatever the ways there and back take', () => {
  const exchange = fc.record({ out: fc.nat(400), back: fc.nat(3_000), pause: fc.nat(50) })
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 50 }), (exchanges) => {
      const clock = createDiscordClock()
      let now = 0
      for (const { out, back, pause } of exchanges) {
        now += pause
        const counted = now + out
        const answered = counted + back
        const bound = clock.countedBy(now, answered, counted + AHEAD)
        expect(bound).toBeGreaterThanOrEqual(counted)
        expect(bound).toBeLessThanOrEqual(answered)
        now = answered
      }
    }),
  )
})

it('knows that a slow answer was counted long before it came, once a quick one has come', () => {
  const clock = createDiscordClock()
  expect(clock.countedBy(0, 60, 30 + AHEAD)).toBe(60)
  expect(clock.countedBy(100, 430, 130 + AHEAD)).toBe(180)
})

it('starts anew when the clock of Discord is set back, and trusts the answer when it says no time', () => {
  const clock = createDiscordClock()
  clock.countedBy(0, 60, 30 + AHEAD)
  expect(clock.countedBy(100, 430, 130)).toBe(430)
  expect(clock.countedBy(500, 900, null)).toBe(900)
})
