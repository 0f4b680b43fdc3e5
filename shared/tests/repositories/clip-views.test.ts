import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  countClipsByChannel,
  findVisibleClip,
  listVisibleClips,
  markClipReady,
  upsertChannels,
  upsertClips,
  upsertGuilds,
  type ClipCursor,
} from '../../src/db/index.ts'
import type { GuildAccess } from '../../src/domain/index.ts'
import { accessTo, foundClip } from './clip-fixtures.ts'
import { newId, rows, useDatabase } from './fixtures.ts'

fc.configureGlobal({ seed: 7 })
useDatabase()

// 3 guilds with 60 channels together; 900 clips of which many were posted in the same millisecond.
const guildIds = [newId(), newId(), newId()]
const channels = Array.from({ length: 60 }, (_, index) => ({ id: newId(), guildId: guildIds[index % 3]! }))
const clips = Array.from({ length: 900 }, (_, index) => {
  const { id, guildId } = channels[(index * index + (index >> 3)) % 60]!
  return foundClip(guildId, id, { postedAt: new Date(Date.UTC(2026, 0, 1) + (index % 37) * 60_000) })
})

beforeAll(async () => {
  await upsertGuilds(guildIds.map((id) => ({ id, name: `guild ${id}` })))
  await upsertChannels(channels.map((channel) => ({ ...channel, name: `channel ${channel.id}`, type: 'text' })))
  await upsertClips(clips)
})

/** Grants for these channels, one per guild. */
function grants(picked: readonly { id: string; guildId: string }[]): GuildAccess[] {
  return [...Map.groupBy(picked, ({ guildId }) => guildId)].map(([guildId, own]) =>
    accessTo(
      guildId,
      own.map(({ id }) => id),
    ),
  )
}

async function everyPage(access: readonly GuildAccess[], limit: number): Promise<string[]> {
  const ids: string[] = []
  let after: ClipCursor | null = null
  do {
    const page = await listVisibleClips(access, { limit, after })
    expect(page.clips.length).toBeLessThanOrEqual(limit)
    expect(page.next === null || page.clips.length === limit).toBe(true)
    ids.push(...page.clips.map(({ id }) => id))
    after = page.next
  } while (after)
  return ids
}

async function truth(channelIds: readonly string[]): Promise<string[]> {
  const text = 'select id from clips where channel_id = any($1) order by posted_at desc, id desc'
  return (await rows(text, [channelIds])).map(({ id }) => String(id))
}

describe('the pages of visible clips', () => {
  it('hold together exactly what one query over the channels holds, in the same order, whatever the channels and the size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(channels), fc.integer({ min: 1, max: 400 }), async (picked, limit) => {
        const pageSize = Math.max(limit, Math.ceil(picked.length / 2))
        expect(await everyPage(grants(picked), pageSize)).toEqual(await truth(picked.map(({ id }) => id)))
      }),
      { numRuns: 25 },
    )
  })

  it('part clips of the same moment without losing or repeating one', async () => {
    const picked = channels.slice(0, 4)
    expect(await everyPage(grants(picked), 1)).toEqual(await truth(picked.map(({ id }) => id)))
  })

  it('part clips whose times differ by less than a millisecond', async () => {
    const channel = { id: newId(), guildId: guildIds[0]! }
    await upsertChannels([{ ...channel, name: 'x', type: 'text' }])
    await upsertClips(Array.from({ length: 9 }, () => foundClip(channel.guildId, channel.id)))
    await rows(
      `update clips set posted_at = '2026-03-04T05:06:07.000100Z'::timestamptz + (right(id, 2)::int % 5) * interval '7 microseconds' where channel_id = $1`,
      [channel.id],
    )
    expect(await everyPage(grants([channel]), 2)).toEqual(await truth([channel.id]))
  })

  it('show nothing of other channels, and nothing without a grant', async () => {
    const [picked, ...others] = channels
    const page = await listVisibleClips(grants([picked!]), { limit: 1000 })
    expect(page.next).toBeNull()
    expect(new Set(page.clips.map(({ channelId }) => channelId))).toEqual(new Set([picked!.id]))
    expect(others.length).toBeGreaterThan(0)
    expect(await listVisibleClips([], { limit: 10 })).toEqual({ clips: [], next: null })
    expect(await listVisibleClips([accessTo(guildIds[0]!, [])], { limit: 10 })).toEqual({ clips: [], next: null })
  })

  it('do not repeat a channel that two grants name', async () => {
    const twice = [...grants(channels.slice(0, 3)), ...grants(channels.slice(0, 3))]
    expect(await everyPage(twice, 5)).toEqual(await truth(channels.slice(0, 3).map(({ id }) => id)))
  })

  it('stay where they are while newer clips come in', async () => {
    const channel = { id: newId(), guildId: guildIds[1]! }
    await upsertChannels([{ ...channel, name: 'x', type: 'text' }])
    await upsertClips(Array.from({ length: 4 }, () => foundClip(channel.guildId, channel.id)))
    const before = await truth([channel.id])
    const first = await listVisibleClips(grants([channel]), { limit: 2 })
    await upsertClips([foundClip(channel.guildId, channel.id, { postedAt: new Date() })])
    const second = await listVisibleClips(grants([channel]), { limit: 2, after: first.next })
    expect([...first.clips, ...second.clips].map(({ id }) => id)).toEqual(before)
  })

  it('carry the names a person sees and the object', async () => {
    const channel = { id: newId(), guildId: guildIds[2]! }
    await upsertChannels([{ ...channel, name: 'best-of', type: 'text' }])
    const clip = foundClip(channel.guildId, channel.id)
    await upsertClips([clip])
    const waiting = (await listVisibleClips(grants([channel]), { limit: 1 })).clips[0]
    expect(waiting).toMatchObject({
      id: clip.id,
      postedAt: clip.postedAt,
      sizeBytes: clip.sizeBytes,
      channelName: 'best-of',
      guildName: `guild ${channel.guildId}`,
      objectSizeBytes: null,
      objectContentType: null,
    })
    await markClipReady(clip.id, {
      object: { sha256: 'd'.repeat(64), sizeBytes: 12, contentType: 'video/webm' },
      poster: null,
      durationSeconds: 1,
      width: 1,
      height: 1,
      videoCodec: 'vp9',
      audioCodec: null,
      placeholder: null,
    })
    expect((await listVisibleClips(grants([channel]), { limit: 1 })).clips[0]).toMatchObject({
      objectSizeBytes: 12,
      objectContentType: 'video/webm',
    })
  })

  it('refuse a cursor that is no cursor, and the connection goes on working', async () => {
    for (const postedAt of ['', 'abc', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z']) {
      const page = listVisibleClips(grants(channels), { limit: 1, after: { postedAt, id: '1' } })
      await expect(page).rejects.toMatchObject({ code: 'invalid-input' })
    }
    expect((await listVisibleClips(grants(channels), { limit: 1 })).clips).toHaveLength(1)
  })
})

describe('one clip', () => {
  it('is found by those who may see its channel, and by nobody else', async () => {
    const clip = clips[0]!
    const own = channels.find(({ id }) => id === clip.channelId)!
    const others = channels.filter((channel) => channel !== own)
    expect(await findVisibleClip(grants([own]), clip.id)).toMatchObject({
      id: clip.id,
      channelName: `channel ${own.id}`,
    })
    expect(await findVisibleClip(grants(others), clip.id)).toBeNull()
    expect(await findVisibleClip([], clip.id)).toBeNull()
    expect(await findVisibleClip(grants(channels), '404')).toBeNull()
  })
})

describe('counting', () => {
  it('counts the clips of each channel of a grant by state', async () => {
    const own = channels.filter(({ guildId }) => guildId === guildIds[0]).slice(0, 5)
    const counted = await countClipsByChannel(grants(own)[0]!)
    const expected = own.map(({ id }) => ({
      channelId: id,
      state: 'pending',
      count: clips.filter((clip) => clip.channelId === id).length,
    }))
    expect(new Set(counted)).toEqual(new Set(expected.filter(({ count }) => count > 0)))
  })
})

describe('a hidden clip', () => {
  it('is in no list, in no count and not found, for whatever reason it is hidden', async () => {
    const place = channels[0]!
    const [access] = [grants([place])]
    const before = await countClipsByChannel(access[0]!)
    const clip = foundClip(place.guildId, place.id)
    await upsertClips([clip])
    expect(await findVisibleClip(access, clip.id)).toMatchObject({
      id: clip.id,
      channelType: 'text',
      channelTags: null,
    })
    for (const reason of ['message_deleted', 'attachment_removed', 'filtered', 'daily_cap', 'removed']) {
      await rows('update clips set hidden_at = now(), hidden_reason = $2 where id = $1', [clip.id, reason])
      expect(await findVisibleClip(access, clip.id)).toBeNull()
      expect(await everyPage(access, 50)).not.toContain(clip.id)
      expect(await countClipsByChannel(access[0]!)).toEqual(before)
    }
    await rows('delete from clips where id = $1', [clip.id])
  })
})
