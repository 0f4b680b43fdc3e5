import { expect, it } from 'vitest'
import { compareWithDiscordJs } from './compare.ts'
import { compareWithTwin } from './twin.ts'

it('somebody sees a channel and its clips, and manages, exactly when discord.js says so: 50,000 random cases with threads, voice, time-outs, age restriction and outages', () => {
  const { cases, seen, differences, examples } = compareWithDiscordJs(50_000, 11)
  expect(examples).toEqual([])
  expect(differences).toBe(0)
  // Neither all nor nothing.
  expect(seen / cases).toBeGreaterThan(0.2)
  expect(seen / cases).toBeLessThan(0.8)
}, 60_000)

it('somebody sees a channel exactly when the twin gives a bot like them its messages', async () => {
  const { cases, seen, differences, examples } = await compareWithTwin(500, 11)
  expect(examples).toEqual([])
  expect(differences).toBe(0)
  expect(seen / cases).toBeGreaterThan(0.2)
  expect(seen / cases).toBeLessThan(0.9)
}, 60_000)
