import { compareIds } from '../snowflake.ts'
import type { MediaKind } from '../world/message-log.ts'
import type { Channel, Message } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { createMatcher } from './match.ts'
import type { SearchQuery } from './query.ts'

/** What a search found, in the order that was asked for. `isWhole` is false when not every message was looked at. */
export type Found = { hits: readonly { channelId: string; id: string }[]; isWhole: boolean }

type Question = Omit<SearchQuery, 'limit' | 'offset'>
type Late = ReadonlyMap<string, { channelId: string; indexed: Message | null }>

/** Messages that a search without files, embeds, forwards, polls or pins looks at, newest (or oldest) first; a history may be computed, and then reading on would take minutes. */
export const WALK_LIMIT = 100_000

/** Looks through channels. `late` are the messages that the index has otherwise than the world. */
export function findMessages(world: World, query: Question, channels: readonly Channel[], late: Late): Found {
  const score = createMatcher(query, world)
  const hits: { channelId: string; id: string; score: number }[] = []
  const look = (message: Message) => {
    const fits = score(message)
    if (fits > 0) hits.push({ channelId: message.channelId, id: message.id, score: fits })
  }
  const kind = mediaKindOf(query)
  let isWhole = true
  if (kind) {
    for (const { messages } of channels)
      for (const message of messages.withMedia(kind, query.min_id ?? null)) {
        if (query.max_id !== undefined && compareIds(message.id, query.max_id) >= 0) break
        if (message.id !== query.min_id && !late.has(message.id)) look(message)
      }
  } else {
    let left = WALK_LIMIT
    for (const message of inOrder(query, channels)) {
      if (late.has(message.id)) continue
      if ((left -= 1) < 0) {
        isWhole = false
        break
      }
      look(message)
    }
  }
  const ids = new Set(channels.map(({ id }) => id))
  for (const { channelId, indexed } of late.values())
    if (indexed && ids.has(channelId) && isBetween(indexed.id, query)) look(indexed)
  const sign = query.sort_by === 'timestamp' && query.sort_order === 'asc' ? 1 : -1
  hits.sort((a, b) => (query.sort_by === 'relevance' ? b.score - a.score : 0) || sign * compareIds(a.id, b.id))
  return { hits, isWhole }
}

/** The list of messages that is enough to look at; null when every message must be. */
function mediaKindOf(query: Question): MediaKind | null {
  if (query.pinned) return 'pins'
  if (query.attachment_extension.length > 0 || query.attachment_filename.length > 0) return 'files'
  if (query.embed_type.length > 0 || query.embed_provider.length > 0) return 'media'
  const has = query.has.filter((option) => !option.startsWith('-'))
  if (has.length === 0 || has.includes('link') || has.includes('sticker')) return null
  if (has.every((option) => option === 'video')) return 'videos'
  return has.every((option) => ['video', 'file', 'sound'].includes(option)) ? 'files' : 'media'
}

/** Messages of all channels between the two ids, by time. */
function* inOrder(query: Question, channels: readonly Channel[]): Generator<Message> {
  const isAscending = query.sort_by === 'timestamp' && query.sort_order === 'asc'
  const streams = channels.map(({ messages }) =>
    isAscending ? messages.forwards(query.min_id ?? null) : messages.backwards(query.max_id ?? null),
  )
  const heads = streams.map((stream) => stream.next().value as Message | undefined)
  for (;;) {
    let best = -1
    for (const [index, head] of heads.entries()) {
      const leader = heads[best]
      if (head && (!leader || (isAscending ? 1 : -1) * compareIds(head.id, leader.id) < 0)) best = index
    }
    const message = heads[best]
    if (!message || !isBetween(message.id, query)) return
    yield message
    heads[best] = streams[best]?.next().value as Message | undefined
  }
}

function isBetween(id: string, { min_id: min, max_id: max }: Question): boolean {
  return (min === undefined || compareIds(id, min) > 0) && (max === undefined || compareIds(id, max) < 0)
}
