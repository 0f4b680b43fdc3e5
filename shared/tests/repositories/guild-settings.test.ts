import { describe, expect, it } from 'vitest'
import {
  ensureGuildSettings,
  ensureSettingsOfGuilds,
  getGuildSettings,
  setGuildSettings,
  updateGuildSettings,
} from '../../src/db/index.ts'
import { atOnce, newId, row, rows, statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

describe('the settings of a guild', () => {
  it('are null until they are stored', async () => {
    expect(await getGuildSettings(newId())).toBeNull()
  })

  it('are made from the defaults, once', async () => {
    const guildId = newId()
    const made = await ensureGuildSettings(guildId, { a: { b: 1 } })
    expect(made).toEqual({ guildId, settings: { a: { b: 1 } }, updatedAt: expect.any(Date) })
    expect(await ensureGuildSettings(guildId, { a: 'other' })).toEqual(made)
    expect(await getGuildSettings(guildId)).toEqual(made)
    expect((await ensureGuildSettings(newId())).settings).toEqual({})
  })

  it('are made by one of many who race, and all get what that one stored', async () => {
    const guildId = newId()
    const results = await atOnce(50, (index) => ensureGuildSettings(guildId, { winner: index }))
    const stored = await getGuildSettings(guildId)
    expect(new Set(results.map(({ settings }) => settings.winner)).size).toBe(1)
    expect(results[0]).toEqual(stored)
  })

  it('are never overwritten by somebody who makes sure of them while another changes them', async () => {
    const guildId = newId()
    await ensureGuildSettings(guildId, {})
    await atOnce(40, async (index) =>
      index % 2 === 0 ? ensureGuildSettings(guildId, {}) : updateGuildSettings(guildId, { [`key${index}`]: index }),
    )
    expect(Object.keys((await getGuildSettings(guildId))!.settings)).toHaveLength(20)
  })

  it('are made for many guilds in one statement, which tells for which', async () => {
    const [stored, ...missing] = [newId(), newId(), newId()]
    await setGuildSettings(stored, { mine: 1 })
    let made: string[] = []
    const statements = await statementsOf(async () => {
      made = await ensureSettingsOfGuilds([stored, ...missing, missing[0]], { fresh: true })
    })
    expect(statements).toHaveLength(1)
    expect(made).toEqual(missing)
    expect((await getGuildSettings(stored))?.settings).toEqual({ mine: 1 })
    expect(await ensureSettingsOfGuilds([])).toEqual([])
  })

  it('are merged key by key at the top, nested objects as a whole', async () => {
    const guildId = newId()
    await setGuildSettings(guildId, { a: 1, nested: { x: 1, y: 2 }, list: [1, 2] })
    await updateGuildSettings(guildId, { b: null, nested: { x: 9 }, list: [] })
    expect((await getGuildSettings(guildId))?.settings).toEqual({ a: 1, b: null, nested: { x: 9 }, list: [] })
  })

  it('are not made by a change', async () => {
    const guildId = newId()
    await updateGuildSettings(guildId, { a: 1 })
    expect(await getGuildSettings(guildId)).toBeNull()
  })

  it('lose no change of 100 at once', async () => {
    const guildId = newId()
    await ensureGuildSettings(guildId, {})
    await atOnce(100, (index) => updateGuildSettings(guildId, { [`key${index}`]: index }))
    expect(Object.keys((await getGuildSettings(guildId))!.settings)).toHaveLength(100)
  })

  it('are replaced as a whole, or stored for the first time', async () => {
    const guildId = newId()
    await setGuildSettings(guildId, { a: 1 })
    await setGuildSettings(guildId, { b: 2 })
    expect((await getGuildSettings(guildId))?.settings).toEqual({ b: 2 })
  })

  it('carry the time of the last change', async () => {
    const guildId = newId()
    const long = '2020-01-01T00:00:00.000Z'
    for (const change of [() => setGuildSettings(guildId, { a: 1 }), () => updateGuildSettings(guildId, { a: 2 })]) {
      await change()
      await rows('update guild_settings set updated_at = $2 where guild_id = $1', [guildId, long])
      await change()
      expect((await getGuildSettings(guildId))!.updatedAt!.getTime()).toBeGreaterThan(Date.parse(long))
    }
    await rows('update guild_settings set updated_at = $2 where guild_id = $1', [guildId, long])
    expect((await ensureGuildSettings(guildId, {})).updatedAt).toEqual(new Date(long))
  })

  it('are a JSON object in the database, for whoever else reads it', async () => {
    const guildId = newId()
    await ensureGuildSettings(guildId, { a: 1 })
    await updateGuildSettings(guildId, { text: 'ü "quoted" \'' })
    expect(
      await row(
        `select jsonb_typeof(settings) as kind, settings->>'text' as text from guild_settings where guild_id = $1`,
        [guildId],
      ),
    ).toEqual({ kind: 'object', text: 'ü "quoted" \'' })
  })
})
