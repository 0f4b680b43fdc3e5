import type { REST } from '@discordjs/rest'
import type { APIMessage } from 'discord-api-types/v10'
import * as z from 'zod'
import { AppError, PermanentFailure, RetryLater } from '../core/errors.ts'
import { compareSnowflakes, zSnowflake } from '../core/snowflake.ts'
import { toDiscordFailure } from './rest.ts'

/** Bounds of the search (https://docs.discord.com/developers/resources/message#search-guild-messages). */
const LIMIT = 25
const MAX_OFFSET = 9975

/** Most channels that one question may name. */
export const SEARCH_CHANNELS = 500

/** What is asked for: messages with a video of their own, with the player of a linked video, or that forward another. */
export type SearchTopic = 'video' | 'embed' | 'snapshot'

/**
 * One question to the index: below which message (exclusive; null: the newest), and in which channels, at most `SEARCH_CHANNELS` (null: all that the bot
 * can read). `asksTwice` false: a page that holds fewer than it should is taken as it is.
 */
export type SearchQuestion = {
  topic: SearchTopic
  maxId: string | null
  channelIds: readonly string[] | null
  asksTwice?: boolean
}

/** A thread that the answer names. */
export type FoundThread = z.output<typeof zThread>

/**
 * `nextMaxId` continues the walk, null when there is no more; `total` is what the index says lies below the question's `maxId`; `gained` is what asking
 * twice brought, null when once was enough.
 */
export type SearchPage = {
  messages: APIMessage[]
  threads: FoundThread[]
  total: number
  isStillIndexing: boolean
  nextMaxId: string | null
  requests: number
  gained: number | null
}

/** Discord has not made the index of this guild yet. */
export class SearchIndexMissing extends RetryLater {
  override name = 'SearchIndexMissing'
}

const zThread = z.looseObject({
  id: zSnowflake,
  parent_id: zSnowflake.nullish(),
  name: z.string().default(''),
  type: z.int(),
  thread_metadata: z.looseObject({ archived: z.boolean().default(false) }).optional(),
})
const zHit = z.looseObject({
  id: zSnowflake,
  channel_id: zSnowflake,
  timestamp: z.string(),
  author: z.looseObject({ id: zSnowflake }),
  attachments: z.array(z.looseObject({ id: zSnowflake, filename: z.string(), url: z.string() })).default([]),
  hit: z.boolean().default(true),
})
const zAnswer = z.object({
  total_results: z.int().min(0),
  doing_deep_historical_index: z.boolean().default(false),
  messages: z.array(z.array(zHit)),
  threads: z.array(zThread).default([]),
})
const zNoIndex = z.object({ code: z.literal(110_000), retry_after: z.number().min(0).default(0) })

/**
 * The next messages of a question, newest first. A page may hold fewer than were found, even none: then it is asked for once more, and what lies behind
 * an empty one by its offset, so that the walk ends only where the index has no more.
 * Throws `SearchIndexMissing` while Discord makes the index, and `PermanentFailure` when the bot may not search.
 */
export async function searchMessages(
  rest: REST,
  guildId: string,
  question: SearchQuestion,
  signal?: AbortSignal,
): Promise<SearchPage> {
  const hits = new Map<string, APIMessage>()
  const threads = new Map<string, FoundThread>()
  let [total, requests, isStillIndexing] = [0, 0, false]
  const ask = async (offset: number) => {
    const answer = await fetchAnswer(rest, guildId, question, offset, signal)
    requests += 1
    total = Math.max(total, answer.total_results)
    isStillIndexing ||= answer.doing_deep_historical_index
    for (const message of answer.messages.flat())
      if (message.hit) hits.set(message.id, message as unknown as APIMessage)
    for (const thread of answer.threads) threads.set(thread.id, thread)
  }
  await ask(0)
  let gained: number | null = null
  if (question.asksTwice !== false && hits.size < Math.min(LIMIT, total)) {
    const before = hits.size
    await ask(0)
    gained = hits.size - before
  }
  for (let offset = LIMIT; hits.size === 0 && offset < total && offset <= MAX_OFFSET; offset += LIMIT) await ask(offset)
  const messages = [...hits.values()].toSorted((a, b) => compareSnowflakes(b.id, a.id))
  const lowest = messages.at(-1)?.id ?? null
  return {
    messages,
    threads: [...threads.values()],
    total,
    isStillIndexing,
    nextMaxId: lowest !== null && total > messages.length ? lowest : null,
    requests,
    gained,
  }
}

async function fetchAnswer(
  rest: REST,
  guildId: string,
  question: SearchQuestion,
  offset: number,
  signal: AbortSignal | undefined,
) {
  const what = `searching the messages of server ${guildId}`
  let body: unknown
  try {
    body = await rest.get(`/guilds/${guildId}/messages/search`, {
      query: toQuery(question, offset),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    signal?.throwIfAborted()
    const failure = toDiscordFailure(error, what)
    if (failure.code !== 'forbidden') throw failure
    throw new PermanentFailure(
      'forbidden',
      'The bot may not search this server. Grant it Read Message History and switch on the Message Content intent, then scan again.',
      { cause: failure },
    )
  }
  const missing = zNoIndex.safeParse(body)
  if (missing.success)
    throw new SearchIndexMissing(
      'Discord is still making the search index of this server.',
      missing.data.retry_after * 1000,
    )
  const answer = zAnswer.safeParse(body)
  if (answer.success) return answer.data
  throw new AppError('upstream', `Discord's answer does not fit: ${what} (${z.prettifyError(answer.error)}).`)
}

function toQuery({ topic, maxId, channelIds }: SearchQuestion, offset: number): URLSearchParams {
  const query = new URLSearchParams({
    has: topic,
    include_nsfw: 'true',
    limit: String(LIMIT),
    sort_by: 'timestamp',
    sort_order: 'desc',
  })
  if (topic === 'embed') query.set('embed_type', 'video')
  if (maxId !== null) query.set('max_id', maxId)
  if (offset > 0) query.set('offset', String(offset))
  for (const id of channelIds ?? []) query.append('channel_id', id)
  return query
}
