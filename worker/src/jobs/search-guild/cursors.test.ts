import type { BotChannel, ChannelRules } from '@dcs/shared/db'
import type { ReadChannel } from '@dcs/shared/jobs'
import { describe, expect, it } from 'vitest'
import { firstCursors, inOrder, topicOf } from './cursors.ts'

const read = (channelId: string, more: Partial<BotChannel> = {}, includesThreads = false): ReadChannel => ({
  channel: { channelId, type: 'text', parentId: null, ...more } as BotChannel,
  rules: { includesThreads } as ChannelRules,
})
const askedIn = (channelIds: string[] | null, channels: readonly ReadChannel[]) =>
  Object.values(firstCursors({ channelIds }, channels)).map((cursor) => cursor.channelIds)

const threeTimes = <T>(value: T): T[] => Array.from({ length: 3 }, () => value)

describe('the questions of a search', () => {
  it('are three, about what is read and nothing else', () => {
    const cursors = firstCursors({ channelIds: null }, [read('1'), read('2')])
    expect(inOrder(cursors)).toEqual(['video', 'snapshot', 'embed'])
    expect(Object.values(cursors)).toEqual(threeTimes({ maxId: null, isDone: false, channelIds: ['1', '2'] }))
  })

  it('are about the whole guild where threads are read, because those that nobody has listed cannot be named', () => {
    expect(askedIn(null, [read('1', {}, true), read('2')])).toEqual([null, null, null])
  })

  it('are about the channels that were chosen, with their threads', () => {
    const thread = read('5', { type: 'public_thread', parentId: '1' }, true)
    expect(askedIn(['1'], [read('1', {}, true), read('2', {}, true), thread])).toEqual(threeTimes(['1', '5']))
  })

  it('name at most 500 channels each, and all of them together', () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => String(index))
    const cursors = firstCursors(
      { channelIds: ids },
      ids.map((id) => read(id)),
    )
    const ofVideo = inOrder(cursors).filter((name) => topicOf(name) === 'video')
    expect(ofVideo).toEqual(['video', 'video 2', 'video 3'])
    expect(ofVideo.map((name) => cursors[name]?.channelIds?.length)).toEqual([500, 500, 1])
    expect(ofVideo.flatMap((name) => cursors[name]?.channelIds ?? [])).toEqual(ids)
  })

  it('keep their order when the database does not: videos first', () => {
    const many = firstCursors({ channelIds: null }, [read('1')])
    const stored = JSON.parse(JSON.stringify(many, Object.keys(many).toSorted())) as typeof many
    expect(inOrder(stored)).toEqual(['video', 'snapshot', 'embed'])
  })
})
