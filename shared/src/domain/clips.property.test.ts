import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSnowflake } from '../core/snowflake.ts'
import { anyRules, attachment, message } from './clip-test-messages.ts'
import { clipsIn, clipUrlIn } from './clips.ts'

const proxied = 'https://images-ext-1.discordapp.net/external/abc/https/v.example/1.mp4'

// Values that stand where Discord has others: right ones, near misses and anything.
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    '11',
    'x'.repeat(5000),
    Infinity,
    -1,
    0.5,
    2 ** 40,
    NaN,
    '\0',
    '\ud800',
  ),
  fc.constantFrom<unknown>('video/mp4', 'clip.mp4', 'video', proxied, 'https://clips.example.org/%E0%A4%A.mp4', '://'),
  fc.constantFrom<unknown>('2026-01-02T03:04:05+00:00', '+275760-09-13T00:00:00Z', 'yesterday', 8, 12, 13, 17),
  fc.jsonValue({ maxDepth: 2 }),
)

/** An object with some of these keys, each with something fitting or not. */
const shape = (keys: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(
    Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [key, fc.oneof({ weight: 2, arbitrary: value }, odd)]),
    ),
    { requiredKeys: [] },
  )
const several = (item: fc.Arbitrary<unknown>) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: item }, odd), { maxLength: 4 })
const id = fc.bigInt(1n, 2n ** 62n).map(String)
const url = fc.constantFrom(
  'https://cdn.discordapp.com/attachments/2/11/clip.mp4',
  proxied,
  'https://clips.example.org/a.mp4',
)

const attachments = several(
  shape({
    id,
    url,
    filename: odd,
    content_type: odd,
    size: odd,
    width: odd,
    height: odd,
    duration_secs: odd,
    flags: odd,
    clip_participants: several(shape({ id, username: odd })),
    clip_created_at: odd,
    application: shape({ id, name: odd }),
  }),
)
const item = shape({ url, proxy_url: url, attachment_id: id, content_type: odd, width: odd, height: odd })
const { component } = fc.letrec((again) => ({
  component: fc.oneof(
    { depthSize: 'small' },
    shape({ type: fc.constant(13), file: item, spoiler: odd, name: odd, size: odd }),
    shape({ type: fc.constant(12), items: several(shape({ media: item, spoiler: odd, description: odd })) }),
    shape({
      type: fc.constant(9),
      components: several(again('component')),
      accessory: shape({ type: fc.constant(11), media: item }),
    }),
    shape({ type: fc.constant(17), components: several(again('component')), spoiler: odd }),
  ),
}))
const part = {
  content: fc.oneof(fc.string(), fc.constant('||https://clips.example.org/a.mp4|| (https://clips.example.org/b.mp4)')),
  attachments,
  components: several(component),
  embeds: several(
    shape({ type: fc.constant('video'), url, video: shape({ url, proxy_url: url, width: odd }), title: odd }),
  ),
  flags: odd,
}
const anyMessage = shape({
  ...part,
  id,
  channel_id: id,
  author: shape({ id, username: odd, global_name: odd, avatar: odd, bot: odd }),
  webhook_id: odd,
  timestamp: odd,
  edited_timestamp: odd,
  message_reference: shape({ guild_id: id, channel_id: id, message_id: id }),
  message_snapshots: several(shape({ message: shape(part) })),
})

describe('the clips of whatever a message may be', () => {
  it('never throw and always fit the table', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(anyMessage, (raw) => {
        const clips = clipsIn(raw as never, anyRules)
        for (const clip of clips) seen.add(clip.source)
        expect(new Set(clips.map((clip) => clip.id)).size).toBe(clips.length)
        for (const clip of clips) {
          expect([clip.id, clip.messageId, clip.channelId].every(isSnowflake)).toBe(true)
          for (const size of [clip.width, clip.height])
            expect(size === null || (Number.isInteger(size) && size > 0 && size < 2 ** 31)).toBe(true)
          expect(Number.isSafeInteger(clip.sizeBytes) && clip.sizeBytes >= 0).toBe(true)
          expect(clip.durationSeconds === null || clip.durationSeconds >= 0).toBe(true)
          for (const moment of [clip.postedAt, clip.editedAt, clip.recordedAt])
            expect(moment === null || /^\d{4}-/.test(moment.toISOString())).toBe(true)
          for (const text of [clip.filename, clip.url, clip.messageContent]) expect(typeof text).toBe('string')
          expect(clipUrlIn(raw as never, clip.id, anyRules)).not.toBeNull()
        }
      }),
      { numRuns: 2_000 },
    )
    expect([...seen].toSorted()).toEqual(['attachment', 'component', 'embed', 'forward', 'link'])
  })

  it('lose only what is malformed: a good attachment beside it is found', () => {
    fc.assert(
      fc.property(attachments, several(component), fc.array(odd), odd, (others, components, embeds, snapshots) => {
        const good = attachment('4611686018427387999')
        const raw = message({ attachments: [...others, good], components, embeds, message_snapshots: snapshots })
        expect(clipsIn(raw, anyRules).map((clip) => clip.id)).toContain(good.id)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are nothing in what is no message', () => {
    fc.assert(fc.property(fc.anything(), (anything) => void clipsIn(anything as never, anyRules)))
  })

  it('are found in components nested far too deep without the stack ending', () => {
    let nested: unknown = { type: 13, file: { url: proxied } }
    for (let depth = 0; depth < 50_000; depth++) nested = { type: 17, components: [nested] }
    expect(clipsIn(message({ components: [nested] }), anyRules)).toEqual([])
  })
})
