import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { DEMO } from '@dcs/discord-twin'
import { closeDb, database, findClip, findOptOut, initDb, upsertClips } from '@dcs/shared/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foundClip } from '../../shared/tests/repositories/clip-fixtures.ts'
import { openContext, openPlace, syncWorld, type Place } from '../../worker/tests/test-worker.ts'

const run = promisify(execFile)
const AUTHOR = '912345678901234567'

describe('dcs erasures and dcs guild purge', { timeout: 60_000 }, () => {
  let place: Place
  let worker: Awaited<ReturnType<typeof openContext>>

  beforeAll(async () => {
    place = await openPlace()
    worker = await openContext(place)
    await initDb({ url: place.env.POSTGRES_DSN ?? '' })
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await closeDb()
    await place?.close()
  })

  const dcs = async (...args: string[]) => {
    const cli = path.resolve(import.meta.dirname, '../bin/dcs.mjs')
    const env = { PATH: process.env.PATH, AUTH_SECRET: 'x'.repeat(40), ...place.env }
    return run(process.execPath, [cli, ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )
  }
  const clipOf = (guildId: string) => {
    const channel = place.twin.world.channelsOf(guildId).find(({ type }) => type === 0)!
    return foundClip(guildId, channel.id, { authorId: AUTHOR })
  }
  const eraseAll = async () => {
    const { rows } = await database().$client.query<{ id: string }>('select id from erasures where erased_at is null')
    for (const { id } of rows) await worker.run('erase', { erasureId: id })
  }

  it('what was listed is erased again after a backup was restored, and the receipt proves itself', async () => {
    const clip = clipOf(DEMO.guilds.squad)
    await upsertClips([clip])
    const { stdout } = await dcs('erasures', 'person', AUTHOR, '--json')
    const { erasure } = JSON.parse(stdout) as { erasure: string }
    expect(await findClip(clip.id)).toMatchObject({ hiddenReason: 'author' })
    await eraseAll()
    const listed = await dcs('erasures', 'list', '--json')
    const file = path.join(place.storagePath, 'erasures.ndjson')
    fs.writeFileSync(file, listed.stdout)
    const receipt = await dcs('erasures', 'receipt', erasure)
    fs.writeFileSync(`${file}.receipt`, receipt.stdout)
    expect((await dcs('erasures', 'verify', `${file}.receipt`)).code).toBe(0)
    fs.writeFileSync(`${file}.receipt`, receipt.stdout.replace(clip.id, '1'))
    expect((await dcs('erasures', 'verify', `${file}.receipt`)).code).toBe(1)

    const { $client } = database()
    for (const table of ['erased_items', 'erasures', 'author_opt_outs', 'clip_tombstones'])
      await $client.query(`delete from ${table}`)
    await upsertClips([clip])
    await $client.query(`update clips set created_at = now() - interval '1 day' where id = $1`, [clip.id])
    expect(JSON.parse((await dcs('erasures', 'apply', file, '--json')).stdout)).toEqual({ read: 1, again: [erasure] })
    expect(await findClip(clip.id)).toMatchObject({ hiddenReason: 'author' })
    expect(await findOptOut(AUTHOR)).not.toBeNull()
    await eraseAll()
    expect(await findClip(clip.id)).toBeNull()
    expect(JSON.parse((await dcs('erasures', 'apply', file, '--json')).stdout)).toEqual({ read: 1, again: [] })
    fs.writeFileSync(file, 'no list')
    expect(await dcs('erasures', 'apply', file)).toMatchObject({ code: 1, stderr: expect.stringContaining('Line 1') })
  })

  it('a server is erased when its name is typed, and not otherwise', async () => {
    const guildId = DEMO.guilds.lan
    const { name } = place.twin.world.requireGuild(guildId)
    expect((await dcs('guild', 'purge', guildId, '--confirm', 'another')).code).toBe(1)
    const later = await dcs('guild', 'purge', guildId, '--confirm', name, '--grace-days', '3', '--json')
    const { erasure } = JSON.parse(later.stdout) as { erasure: string }
    expect((await dcs('erasures', 'cancel', erasure)).code).toBe(0)
    expect((await dcs('guild', 'purge', guildId, '--confirm', name, '--leave')).code).toBe(0)
    await eraseAll()
    expect(await place.query('select from bot_guilds where guild_id = $1', [guildId])).toEqual([])
    const { stdout } = await dcs('erasures', 'list')
    expect(stdout).toContain('taken back')
    expect(stdout).toContain('erased, 0 clips')
  })
})
