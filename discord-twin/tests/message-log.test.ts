import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIds } from '../src/snowflake.ts'
import { ChannelHistory, firstIdOf, Neighbours, type HistoryPlan } from '../src/world/generated/history.ts'
import { hasMedia, MessageLog } from '../src/world/message-log.ts'
import { plainMessage } from '../src/world/drafts.ts'
import type { Message } from '../src/world/types.ts'

const FROM = Date.UTC(2025, 0, 1)
const TO = Date.UTC(2025, 0, 2)

function plan(changes: Partial<HistoryPlan> = {}): HistoryPlan {
  return {
    seed: 7,
    ordinal: 1,
    guildId: '1',
    size: 60,
    clips: 12,
    from: FROM,
    to: TO,
    authorIds: ['10', '11', '12'],
    webhook: { id: '20', name: 'hook' },
    ...changes,
  }
}

const history = (changes: Partial<HistoryPlan> = {}) => new ChannelHistory(plan(changes), '5', new Neighbours())

/** What is done to a log: `at` chooses a message or a moment, from 0 to 1. */
const zStep = fc.record({
  what: fc.constantFrom('post', 'edit', 'delete'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
})
type Step = { what: string; at: number }

function play(steps: readonly Step[], size: number): { log: MessageLog; model: Message[] } {
  const base = history({ size, clips: Math.floor(size / 5) })
  const log = new MessageLog(base)
  let model = Array.from({ length: size }, (_, position) => base.at(position))
  for (const [index, { what, at }] of steps.entries()) {
    const target = model[Math.floor(at * (model.length - 1))]
    if (what === 'post') {
      const id = (
        BigInt(Math.floor(FROM - 1_420_070_400_000 + at * 2 * 86_400_000)) * 4_194_304n +
        BigInt(index)
      ).toString()
      const posted = plainMessage({
        id,
        channelId: '5',
        authorId: '10',
        content: `posted ${index}`,
        createdAt: new Date(),
      })
      log.add(posted)
      model = [...model, posted].toSorted((a, b) => compareIds(a.id, b.id))
    } else if (target && what === 'edit') {
      const changes = { content: `edited ${index}`, attachments: index % 2 === 0 ? [] : target.attachments }
      log.update(target.id, changes)
      model = model.map((message) => (message === target ? { ...message, ...changes } : message))
    } else if (target) {
      log.remove(target.id)
      model = model.filter((message) => message !== target)
    }
  }
  return { log, model }
}

function pages(log: MessageLog, limit: number, direction: 'before' | 'after'): Message[] {
  const read: Message[] = []
  for (let cursor: string | null = null; ; cursor = read.at(-1)?.id ?? null) {
    const page: Message[] = log[direction](cursor, limit)
    read.push(...page)
    if (page.length < limit) return read
  }
}

describe('a log of messages', () => {
  it('is the same read forwards, backwards and message by message, whatever was posted, changed and deleted on top', () => {
    fc.assert(
      fc.property(
        fc.array(zStep, { maxLength: 40 }),
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 1, max: 9 }),
        (steps, size, limit) => {
          const { log, model } = play(steps, size)
          expect(pages(log, limit, 'after')).toEqual(model)
          expect(pages(log, limit, 'before').toReversed()).toEqual(model)
          expect(log.length).toBe(model.length)
          expect(model.map(({ id }) => log.get(id))).toEqual(model)
          expect(log.last()).toEqual(model.at(-1))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('names the messages with files, videos and media from any id on as a walk through all would', () => {
    fc.assert(
      fc.property(
        fc.array(zStep, { maxLength: 25 }),
        fc.constantFrom('files', 'videos', 'media', 'pins'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (steps, kind, at) => {
          const { log, model } = play(steps, 400)
          const from = model[Math.floor(at * (model.length - 1))]?.id ?? null
          const wanted = model.filter((message) => hasMedia(message, kind))
          expect([...log.withMedia(kind)]).toEqual(wanted)
          expect([...log.withMedia(kind, from)]).toEqual(wanted.filter(({ id }) => compareIds(id, from ?? '0') >= 0))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a generated history', () => {
  it('has no message for what is no id', () => {
    const log = new MessageLog(history())
    for (const id of ['', 'abc', '-1', '1.5', '9'.repeat(30)]) expect(log.get(id)).toBeUndefined()
  })

  it('counts the messages below any id', () => {
    const base = history({ size: 300 })
    const ids = Array.from({ length: 300 }, (_, position) => base.at(position).id)
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: BigInt(ids.at(-1) ?? 0) + 10_000_000_000_000n }), (value) => {
        expect(base.countBelow(value.toString())).toBe(ids.filter((id) => BigInt(id) < value).length)
      }),
    )
    for (const [position, id] of ids.entries()) {
      expect(base.countBelow(id)).toBe(position)
      expect(base.countBelow((BigInt(id) + 1n).toString())).toBe(position + 1)
    }
  })

  it('has ids in the order of time that no other channel has, and knows the first without being made', () => {
    const [one, two] = [history(), history({ ordinal: 2 })]
    const ids = [one, two].map((base) => Array.from({ length: base.size }, (_, position) => base.at(position).id))
    for (const list of ids) expect(list).toEqual(list.toSorted(compareIds))
    expect(new Set(ids.flat()).size).toBe(120)
    expect(firstIdOf(plan({ ordinal: 2 }))).toBe(ids[1]?.[0])
  })

  it('carries exactly as many clips as asked for, for any number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 1000 }), (size, wanted) => {
        const clips = Math.min(wanted, size)
        const base = history({ size, clips })
        let counted = 0
        for (let position = 0; position < size; position++) {
          const { attachments, componentFiles, forward } = base.at(position)
          counted += [
            ...attachments,
            ...componentFiles,
            ...(forward?.attachments ?? []),
            ...(forward?.componentFiles ?? []),
          ].filter(({ contentType }) => contentType?.startsWith('video/')).length
        }
        expect(counted).toBe(clips)
      }),
      { numRuns: 60 },
    )
  })

  it('finds a file by its id alone', () => {
    const base = history({ size: 500, clips: 100 })
    const own = Array.from({ length: 500 }, (_, position) => base.at(position)).flatMap((message) =>
      [...message.attachments, ...message.componentFiles].map((file) => ({ file, message })),
    )
    expect(own.length).toBeGreaterThan(80)
    for (const found of own) expect(base.findAttachment(found.file.id)).toEqual(found)
    expect(base.findAttachment(base.at(3).id)).toBeUndefined()
    expect(base.findAttachment('15')).toBeUndefined()
  })

  it('refuses more messages than there are milliseconds', () => {
    expect(() => history({ size: 10, to: FROM + 9 })).toThrow(RangeError)
  })
})
