import { startTwin } from '@dcs/discord-twin'
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isClean, toText } from '../../bench/src/chaos/report.ts'
import { runChaos } from '../../bench/src/chaos/run.ts'
import { FAULTS, makePlan } from '../../bench/src/chaos/plan.ts'

describe('chaos', () => {
  it('loses nothing, keeps nothing twice and nothing wrong when bot, workers and database are killed again and again', async () => {
    const result = await runChaos(
      { seed: 20, kills: 10, minutes: 0.3 },
      { size: { messages: 1_200, channels: 15, clips: 15, guilds: 3 }, quietTimeoutMs: 60_000 },
    )
    expect(isClean(result) ? 'clean' : toText(result)).toBe('clean')
    expect(result.recoveries).toHaveLength(10)
    fs.rmSync(result.folder, { recursive: true, force: true })
  }, 240_000)

  it('knows every kind of fault that the twin has, with options that it takes', async () => {
    const twin = await startTwin()
    const guild = [...twin.world.botGuilds][0] ?? ''
    for (const fault of FAULTS)
      if (fault !== 'rough-day')
        expect(twin.faults.add(fault.kind === 'guild-outage' ? { ...fault, guild } : fault).remove()).toBe(true)
    const known = new Set(FAULTS.map((fault) => (fault === 'rough-day' ? fault : fault.kind)))
    expect(twin.faults.kinds().filter(({ name }) => !known.has(name))).toEqual([])
    await twin.close()
  })

  it('has the same plan for the same seed', () => {
    const plan = makePlan({ seed: 7, kills: 200 })
    expect(makePlan({ seed: 7, kills: 200 })).toEqual(plan)
    expect(makePlan({ seed: 8, kills: 200 })).not.toEqual(plan)
    expect(plan.filter(({ kind }) => kind === 'kill')).toHaveLength(200)
  })
})
