import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isReceiptGenuine } from '@dcs/shared/core'
import { database, findClip, findErasure, findOpenErasure, findOptOut, listErasures } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GuildPurge, PersonPrivacy } from '../src/lib/api-types.ts'
import { serverSide } from '../src/lib/server-side.ts'
import { addClip, ask, BYTES, CHANNELS, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

const { squad } = DEMO.guilds

describe('privacy in the browser', { timeout: 60_000 }, () => {
  let stop: () => Promise<void>
  let aiko: string
  let sam: string
  let mara: string

  beforeAll(async () => {
    ;({ stop } = await startTestInterface())
    ;[aiko, sam, mara] = [await signIn('aiko'), await signIn('sam'), await signIn('mara')]
  }, 60_000)
  afterAll(() => stop?.())

  const change = (name: Parameters<typeof ask>[0], method: string, cookie: string, json: unknown, params = {}) =>
    ask(name, '/api/x', { method, cookie, json, params, headers: { origin: ORIGIN } })
  const privacyOf = async (cookie: string) =>
    (await (await ask('myPrivacy', '/api/me/privacy', { cookie })).json()) as PersonPrivacy
  const unpack = async (response: Response) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-export-'))
    fs.writeFileSync(path.join(folder, 'export.tar'), Buffer.from(await response.arrayBuffer()))
    execFileSync('tar', ['-xf', 'export.tar'], { cwd: folder })
    return folder
  }

  it('shows what is kept of who asks, and nothing of others', async () => {
    await addClip(CHANNELS.open, { authorId: DEMO.people.aiko })
    await addClip(CHANNELS.open, { authorId: DEMO.people.jonas })
    const { record } = await privacyOf(aiko)
    expect(record).toMatchObject({ userId: DEMO.people.aiko, clips: { total: 1 }, sessions: 1 })
    expect(record.account?.lastLoginAt).not.toBeNull()
    expect((await privacyOf(sam)).record.clips.total).toBe(0)
  })

  it('exports own clips with their bytes, also from a channel that the person does not see, and none of others', async () => {
    const mine = await addClip(CHANNELS.staff, { authorId: DEMO.people.aiko, messageContent: 'kept secret' }, BYTES)
    const theirs = await addClip(CHANNELS.open, { authorId: DEMO.people.mara }, BYTES)
    const messageContent = `nobody else may read this <@${DEMO.people.aiko}>`
    const naming = await addClip(CHANNELS.staff, { authorId: DEMO.people.mara, messageContent })
    expect((await ask('clip', `/api/clips/${mine}`, { cookie: aiko, params: { id: mine } })).status).toBe(404)
    const response = await ask('exportMe', '/api/me/export', { cookie: aiko })
    expect(response.headers.get('content-type')).toBe('application/x-tar')
    const folder = await unpack(response)
    expect(fs.readFileSync(path.join(folder, 'videos', `${mine}.mp4`))).toEqual(BYTES)
    expect(fs.readFileSync(path.join(folder, 'pictures', `${mine}.webp`), 'utf8')).toBe(`poster of ${mine}`)
    const clips = fs.readFileSync(path.join(folder, 'clips.ndjson'), 'utf8')
    expect(clips).toContain('kept secret')
    expect(clips).not.toContain(theirs)
    expect(fs.readdirSync(path.join(folder, 'videos'))).toEqual([`${mine}.mp4`])
    expect(JSON.parse(fs.readFileSync(path.join(folder, 'person.json'), 'utf8'))).toMatchObject({
      userId: DEMO.people.aiko,
    })
    const records = fs
      .readFileSync(path.join(folder, 'records.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { table: string })
    expect(new Set(records.map(({ table }) => table))).toEqual(
      new Set(['users', 'sessions', 'accounts', 'guild_members', 'clips of others']),
    )
    expect(records.find(({ table }) => table === 'clips of others')).toMatchObject({
      guild_id: squad,
      is_mentioned: true,
    })
    const inner = ['nobody else may read this', naming, CHANNELS.staff]
    expect(inner.filter((secret) => JSON.stringify(records).includes(secret))).toEqual([])
    const small = await unpack(await ask('exportMe', '/api/me/export?files=0', { cookie: aiko }))
    expect(fs.existsSync(path.join(small, 'videos'))).toBe(false)
  })

  it('erases nothing until the word is typed, then hides everything at once and gives a receipt that verifies', async () => {
    const clip = await addClip(CHANNELS.open, { authorId: DEMO.people.sam }, BYTES)
    const see = () => ask('clip', `/api/clips/${clip}`, { cookie: mara, params: { id: clip } })
    expect((await see()).status).toBe(200)
    expect((await change('eraseMe', 'POST', sam, { confirm: 'yes' })).status).toBe(400)
    expect(await findOpenErasure('author', DEMO.people.sam)).toBeNull()
    const started = performance.now()
    const answers = await Promise.all([1, 2].map(() => change('eraseMe', 'POST', sam, { confirm: 'erase' })))
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect((await see()).status).toBe(404)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect((await ask('video', `/api/clips/${clip}/video`, { cookie: mara, params: { id: clip } })).status).toBe(404)
    const { erasures } = await privacyOf(sam)
    expect(erasures).toHaveLength(1)
    expect(erasures[0]).toMatchObject({ clipsFound: 1, clipsLeft: 1, erasedAt: null })
    expect(await findOptOut(DEMO.people.sam)).not.toBeNull()
    expect((await change('changePrivacy', 'PATCH', sam, { optedOut: false })).status).toBe(409)
    const id = erasures[0]!.id
    const receipt = (cookie: string) =>
      ask('receipt', `/api/me/erasures/${id}/receipt`, { cookie, params: { erasure: id } })
    const text = await (await receipt(sam)).text()
    expect(isReceiptGenuine(text, process.env.AUTH_SECRET ?? '')).toBe(true)
    expect(isReceiptGenuine(text.replace(clip, '1'), process.env.AUTH_SECRET ?? '')).toBe(false)
    expect((await receipt(aiko)).status).toBe(404)
    const { rows } = await database().$client.query(`select action from audit_log where actor_id = $1`, [
      DEMO.people.sam,
    ])
    expect(rows).toEqual([{ action: 'erasure.request' }])
  })

  it('opting out takes out of sight what is there and in brings it back, for the person alone and from our own pages only', async () => {
    const there = await addClip(CHANNELS.open, { authorId: DEMO.people.aiko }, BYTES)
    const see = (id: string) => ask('clip', `/api/clips/${id}`, { cookie: mara, params: { id } })
    expect((await see(there)).status).toBe(200)
    const other = await ask('changePrivacy', '/api/me/privacy', {
      method: 'PATCH',
      cookie: aiko,
      json: { optedOut: true },
      headers: { origin: 'https://evil.example' },
    })
    expect(other.status).toBe(403)
    expect((await change('changePrivacy', 'PATCH', aiko, { optedOut: true })).status).toBe(200)
    expect(await findOptOut(DEMO.people.aiko)).not.toBeNull()
    const refused = await addClip(CHANNELS.open, { authorId: DEMO.people.aiko })
    expect(await findClip(refused)).toBeNull()
    expect((await see(there)).status).toBe(404)
    await change('changePrivacy', 'PATCH', aiko, { optedOut: false })
    expect(await findOptOut(DEMO.people.aiko)).toBeNull()
    expect((await see(there)).status).toBe(200)
  })

  it('asks nobody who is not signed in', async () => {
    for (const name of ['myPrivacy', 'exportMe'] as const) expect((await ask(name, '/api/x')).status).toBe(401)
    expect((await change('eraseMe', 'POST', '', { confirm: 'erase' })).status).toBe(401)
  })

  it('a server is erased by its managers alone, after its name was typed and its grace, and can be taken back until then', async () => {
    const id = squad
    const clip = await addClip(CHANNELS.open, { authorId: DEMO.people.jonas })
    expect((await change('requestPurge', 'POST', aiko, { confirm: 'The Night Squad' }, { id })).status).toBe(403)
    expect((await ask('purge', '/api/x', { cookie: aiko, params: { id } })).status).toBe(403)
    expect((await change('requestPurge', 'POST', mara, { confirm: 'the night squad' }, { id })).status).toBe(400)
    expect(await findOpenErasure('guild', id)).toBeNull()
    const answer = await change('requestPurge', 'POST', mara, { confirm: 'The Night Squad', leaves: true }, { id })
    expect(answer.status).toBe(202)
    const { purge, graceDays } = (await answer.json()) as GuildPurge
    expect(graceDays).toBe(7)
    expect(Math.round((Date.parse(purge!.dueAt) - Date.parse(purge!.requestedAt)) / 86_400_000)).toBe(7)
    expect(purge).toMatchObject({ unreachableAt: null, leavesGuild: true })
    expect((await findClip(clip))?.hiddenAt).toBeNull()
    expect((await change('cancelPurge', 'DELETE', aiko, {}, { id })).status).toBe(403)
    expect((await change('cancelPurge', 'DELETE', mara, {}, { id })).status).toBe(200)
    expect((await findErasure(purge!.id))?.cancelledAt).not.toBeNull()
    expect((await change('cancelPurge', 'DELETE', mara, {}, { id })).status).toBe(404)
    expect(await listErasures({ subject: 'guild', subjectId: id })).toHaveLength(1)
  })

  it('tells everybody what counts on this instance', async () => {
    expect(await serverSide().pages.publicPrivacy()).toMatchObject({
      contact: null,
      defaults: {
        keepsText: true,
        deletionPolicy: 'hide',
        deletionGraceDays: 30,
        eraseWhenRemovedDays: 0,
        purgeGraceDays: 7,
      },
      isEncrypted: false,
    })
  })
})
