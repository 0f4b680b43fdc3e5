import { randomUUID } from 'node:crypto'
import { DEMO } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import {
  attachScanRuns,
  transaction,
  findClip,
  listAudit,
  blockAuthor,
  listBlockedAuthors,
  requestScans,
  setGuildSettings,
  unblockAuthor,
} from '@dcs/shared/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessTo } from '../../shared/tests/repositories/clip-fixtures.ts'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

describe('what managers do not want kept', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const { mara, jonas } = DEMO.people
  let place: Place
  let worker: Awaited<ReturnType<typeof openContext>>
  let channelId: string

  beforeAll(async () => {
    place = await openPlace()
    worker = await openContext(place)
    channelId = place.twin.world.createChannel({ guildId, name: 'texts' }).id
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })

  const scan = async (mode: 'complete' | 'recheck' = 'complete') => {
    const [run] = await transaction(async (tx) =>
      attachScanRuns(randomUUID(), mode, await requestScans([channelId], null, tx), tx),
    )
    const ids = { guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId) }
    await worker.run('scan-channel', { runId: run!.runId, ...ids, turn: 0 })
  }
  const post = (content: string, authorId: string = mara) =>
    place.twin.world.postMessage({ channelId, authorId, content, files: [{ key: 'scene-1' }] }).attachments[0]!.id
  const text = async (id: string) => (await findClip(id))?.messageContent

  it('keeps texts as long as the guild wants it, erases them when it does not, and keeps no new ones', async () => {
    const first = post('first words')
    await scan()
    expect(await text(first)).toBe('first words')
    await setGuildSettings(guildId, {
      keep_message_text: false,
      channel_defaults: { match: { text_include_regex: 'words' } },
    })
    const [second, third] = [post('second words'), post('nothing that matches')]
    await scan()
    expect(await text(second)).toBe('')
    expect(await text(third)).toBeUndefined()
    await scan('recheck')
    await worker.run('purge', {})
    expect([await text(first), await text(second)]).toEqual(['', ''])
    await setGuildSettings(guildId, {})
    await scan('recheck')
    expect(await text(first)).toBe('first words')
  })

  it('keeps nothing new of an author whom managers blocked, until they let them in again', async () => {
    const access = accessTo(guildId, [channelId])
    const before = post('before', jonas)
    await scan()
    const block = { authorId: jonas, reason: 'spam', via: 'web' as const }
    const answers = await Promise.all([blockAuthor(access, block), blockAuthor(access, block)])
    expect(answers.toSorted()).toEqual([false, true])
    expect(await listBlockedAuthors(access)).toMatchObject([{ userId: jonas, reason: 'spam', clips: 1 }])
    const during = post('during', jonas)
    await scan()
    expect(await findClip(during)).toBeNull()
    expect(await findClip(before)).not.toBeNull()
    expect(await unblockAuthor(access, block)).toBe(true)
    expect(await unblockAuthor(access, block)).toBe(false)
    const after = post('after', jonas)
    await scan()
    expect(await findClip(after)).not.toBeNull()
    expect(await listAudit(access, { limit: 10 })).toMatchObject([
      { action: 'author.unblock', target: jonas },
      { action: 'author.block', target: jonas },
    ])
  })
})
