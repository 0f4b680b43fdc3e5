import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storeClips, transaction, type DailyCap, type NewClip } from '../../src/db/index.ts'
import { foundClip } from './clip-fixtures.ts'
import { atOnce, newChannel, newGuild, rows, useDatabase } from './fixtures.ts'

useDatabase()

const berlin = 'Europe/Berlin'

async function place() {
  const guildId = await newGuild()
  const channelId = await newChannel(guildId)
  return { channelId, at: (moment: string) => foundClip(guildId, channelId, { postedAt: new Date(moment) }) }
}

const store = (clips: readonly NewClip[], perDay: number, timeZone = berlin) =>
  transaction((tx) => storeClips(clips, (): DailyCap => ({ perDay, timeZone }), tx))

const inSight = async (channelId: string) =>
  (
    await rows(
      `select id from clips where channel_id = $1 and hidden_at is null and hidden_reason is null order by posted_at, id::numeric`,
      [channelId],
    )
  ).map(({ id }) => id)

describe('the daily cap', () => {
  it('keeps the first of each local day, and has only those fetched', async () => {
    const { channelId, at } = await place()
    // Midnight in Berlin is 23:00 UTC in winter.
    const [a, b, c] = [at('2026-01-01T23:00:00Z'), at('2026-01-02T12:00:00Z'), at('2026-01-02T22:59:59.999Z')]
    const next = at('2026-01-02T23:00:00Z')
    expect((await store([a, b, c, next], 2)).toSorted()).toEqual([a, b, next].map(({ id }) => id).toSorted())
    expect(await inSight(channelId)).toEqual([a.id, b.id, next.id])
    expect(await rows('select hidden_reason from clips where id = $1', [c.id])).toEqual([
      { hidden_reason: 'daily_cap' },
    ])
  })

  it('has the same outcome whatever the order and the pages in which clips arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 14 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        async (hours, random, perDay) => {
          const { channelId, at } = await place()
          const clips = hours.map((hour) => at(new Date(Date.UTC(2026, 2, 28, hour)).toISOString()))
          const shuffled = clips.map((clip) => [random.next().value, clip] as const).toSorted(([x], [y]) => x - y)
          const rest = shuffled.map(([, clip]) => clip)
          while (rest.length > 0) await store(rest.splice(0, 1 + (random.next().value % 4)), perDay)
          const dayOf = ({ postedAt }: NewClip) => postedAt.toLocaleDateString('en-CA', { timeZone: berlin })
          const ordered = clips.toSorted((x, y) => +x.postedAt - +y.postedAt || Number(BigInt(x.id) - BigInt(y.id)))
          const first = [...Map.groupBy(ordered, dayOf).values()].flatMap((day) => day.slice(0, perDay))
          expect(await inSight(channelId)).toEqual(first.map(({ id }) => id))
        },
      ),
      { numRuns: 25, seed: 3 },
    )
  })

  it('holds back a clip that was in sight when an older one is found, and says so', async () => {
    const { channelId, at } = await place()
    const [older, newer] = [at('2026-01-02T10:00:00Z'), at('2026-01-02T11:00:00Z')]
    expect(await store([newer], 1)).toEqual([newer.id])
    expect(await store([older], 1)).toEqual([older.id])
    expect(await inSight(channelId)).toEqual([older.id])
  })

  it.each([0, 2])('lets the others come back with the next page over them when it becomes %i', async (perDay) => {
    const { channelId, at } = await place()
    const clips = [at('2026-01-02T10:00:00Z'), at('2026-01-02T11:00:00Z')]
    await store(clips, 1)
    expect(await inSight(channelId)).toHaveLength(1)
    expect(await store(clips, perDay)).toEqual([clips[1]?.id])
    expect(await inSight(channelId)).toEqual(clips.map(({ id }) => id))
    expect(await store(clips, perDay)).toEqual([])
  })

  it('neither counts nor touches what is hidden for another reason', async () => {
    const { channelId, at } = await place()
    const [gone, one, two] = [at('2026-01-02T10:00:00Z'), at('2026-01-02T11:00:00Z'), at('2026-01-02T12:00:00Z')]
    await store([gone], 1)
    await rows("update clips set hidden_at = now(), hidden_reason = 'message_deleted' where id = $1", [gone.id])
    await store([gone, one, two], 1)
    expect(await inSight(channelId)).toEqual([one.id])
    expect(await rows('select hidden_reason from clips where id = $1', [gone.id])).toMatchObject([
      { hidden_reason: 'message_deleted' },
    ])
  })

  it('holds however many store at once', async () => {
    const { channelId, at } = await place()
    const clips = Array.from({ length: 20 }, (_, minute) => at(`2026-01-02T10:${String(minute).padStart(2, '0')}:00Z`))
    await atOnce(20, (index) => store([clips[19 - index]!], 3))
    expect(await inSight(channelId)).toEqual(clips.slice(0, 3).map(({ id }) => id))
  })
})
