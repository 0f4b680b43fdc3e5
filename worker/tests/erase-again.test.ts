import { DEMO } from '@dcs/discord-twin'
import { parsePastErasure } from '@dcs/shared/core'
import {
  database,
  describeErasure,
  findClip,
  findErasure,
  findOpenErasure,
  syncGuilds,
  upsertClips,
} from '@dcs/shared/db'
import { eraseLeftGuilds, repeatErasure, withdrawErasure } from '@dcs/shared/jobs'
import { describe, expect, it } from 'vitest'
import { useErasures } from './erasures.ts'

describe('erasing a guild, and once more after a backup', { timeout: 60_000 }, () => {
  const { lan } = DEMO.guilds
  const { at, person, clipOf, keep, ask, run, isThere } = useErasures()

  it('of a guild waits for its grace, can be taken back until it begins, and then forgets the guild', async () => {
    const author = person()
    const clip = await keep(clipOf(author, { guildId: lan }))
    const request = { subject: 'guild' as const, graceDays: 7, leavesGuild: true }
    const first = await ask(lan, request)
    expect(first.erasure.startedAt).toBeNull()
    await withdrawErasure(first.erasure.id, { actorId: author, via: 'web' })
    await run(first.erasure)
    expect((await findClip(clip.id))?.hiddenAt).toBeNull()
    const { erasure } = await ask(lan, { ...request, graceDays: 0 })
    expect(erasure.startedAt).not.toBeNull()
    await expect(withdrawErasure(erasure.id, { actorId: author, via: 'web' })).rejects.toThrow('has begun')
    expect(await upsertClips([clipOf(author, { guildId: lan })])).toEqual([])
    await run(erasure)
    expect(await isThere(clip.video)).toBe(false)
    expect(await at.place.query('select from bot_guilds where guild_id = $1', [lan])).toEqual([])
    expect(
      await at.place.query('select from clip_tombstones where guild_id = $1 and reason = $2', [lan, 'erased']),
    ).toEqual([])
    const mine = await fetch(`${at.place.twin.apiUrl}/v10/users/@me/guilds`, {
      headers: { authorization: `Bot ${at.place.twin.botToken}` },
    })
    expect(((await mine.json()) as { id: string }[]).map(({ id }) => id)).not.toContain(lan)
  })

  it('of a guild that the bot was removed from is asked for when its setting says so, and not before', async () => {
    const guildId = person()
    await syncGuilds([{ id: guildId, name: 'left', roles: [], channels: [] }])
    await database().$client.query(`update bot_guilds set left_at = now() - interval '3 days' where guild_id = $1`, [
      guildId,
    ])
    const instance = (days: number) => ({ guild_settings_defaults: { erase_when_removed_days: days } })
    expect(await eraseLeftGuilds(at.queue, instance(0))).toEqual([])
    expect(await eraseLeftGuilds(at.queue, instance(4))).toEqual([])
    expect(await eraseLeftGuilds(at.queue, instance(3))).toContain(guildId)
    await run((await findOpenErasure('guild', guildId))!)
    expect(await at.place.query('select from bot_guilds where guild_id = $1', [guildId])).toEqual([])
  })

  it('is repeated in a database that was restored from an older backup, for what it listed and nothing newer', async () => {
    const author = person()
    const old = clipOf(author)
    const kept = await keep(old)
    const { erasure } = await ask(author)
    await run(erasure)
    const past = { ...(await describeErasure((await findErasure(erasure.id))!)), optedOut: true }
    const parsed = parsePastErasure(JSON.stringify(past))!
    expect(parsed.clips).toEqual([old.id])
    await restore(author, erasure.id)
    await keep(old)
    await database().$client.query(`update clips set created_at = $2 where id = $1`, [
      old.id,
      new Date(erasure.requestedAt.getTime() - 1_000),
    ])
    const newer = clipOf(author)
    await upsertClips([newer])
    expect(await repeatErasure(at.queue, parsed)).toBe(true)
    expect(await findClip(old.id)).toMatchObject({ hiddenReason: 'author' })
    await run(erasure)
    expect(await findClip(old.id)).toBeNull()
    expect(await isThere(kept.video)).toBe(false)
    expect(await findClip(newer.id)).toMatchObject({ hiddenAt: null })
    expect(await upsertClips([clipOf(author)])).toEqual([])
    expect(await repeatErasure(at.queue, parsed)).toBe(false)
  })

  it('is repeated for somebody whom clips of others name, and not for clips that came later', async () => {
    const [author, other] = [person(), person()]
    const { erasure } = await ask(author)
    await run(erasure)
    const past = { ...(await describeErasure((await findErasure(erasure.id))!)), optedOut: false }
    await restore(author, erasure.id)
    const named = clipOf(other, { messageContent: `hello <@${author}>` })
    await upsertClips([named])
    const parsed = parsePastErasure(JSON.stringify(past))!
    expect(await repeatErasure(at.queue, parsed)).toBe(false)
    const before = new Date(erasure.requestedAt.getTime() - 1_000)
    await database().$client.query(`update clips set created_at = $2 where id = $1`, [named.id, before])
    expect(await repeatErasure(at.queue, parsed)).toBe(true)
    await run(erasure)
    expect((await findClip(named.id))?.messageContent).toBe('hello @erased')
  })

  const restore = async (author: string, erasureId: string) => {
    await database().$client.query('delete from author_opt_outs where user_id = $1', [author])
    await database().$client.query(
      'delete from clip_tombstones where clip_id in (select id from erased_items where erasure_id = $1)',
      [erasureId],
    )
    await database().$client.query('delete from erased_items where erasure_id = $1', [erasureId])
    await database().$client.query('delete from erasures where id = $1', [erasureId])
  }
})
