import type { REST } from '@discordjs/rest'
import { Routes, type APIMessage } from 'discord-api-types/v10'
import { RetryLater } from '../core/errors.ts'
import { compareSnowflakes, isSnowflake } from '../core/snowflake.ts'
import { SECOND } from '../core/time.ts'
import { toDiscordFailure } from './rest.ts'

/** Most messages Discord returns at once. */
export const PAGE_SIZE = 100

/** A page of history, newest message first. When it `isFull` there may be more below. `unreadable` counts what came and is no message. */
export type HistoryPage = { messages: APIMessage[]; isFull: boolean; unreadable: number }

/** One page of history below `before` (exclusive; null: the newest). Sorted by id here, because Discord's order is not promised. */
export function fetchPageBefore(
  rest: REST,
  channelId: string,
  before: string | null,
  signal?: AbortSignal,
): Promise<HistoryPage> {
  return fetchPage(rest, channelId, before === null ? {} : { before }, signal)
}

/** The messages next to an id, above and below it, newest first; itself, too, when it is one. */
export async function fetchMessagesAround(
  rest: REST,
  channelId: string,
  around: string,
  signal?: AbortSignal,
): Promise<HistoryPage['messages']> {
  return (await fetchPage(rest, channelId, { around }, signal)).messages
}

async function fetchPage(
  rest: REST,
  channelId: string,
  place: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<HistoryPage> {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...place })
  try {
    const answer = await rest.get(Routes.channelMessages(channelId), { query, ...(signal ? { signal } : {}) })
    const all: unknown[] = Array.isArray(answer) ? answer : [answer]
    const messages = all.filter(isMessage)
    const isFull = all.length >= PAGE_SIZE
    if (messages.length === 0 && all.length > 0)
      throw new RetryLater(
        `Discord answered something else than messages: reading messages of channel ${channelId}`,
        10 * SECOND,
      )
    if (!isNewestFirst(messages)) messages.sort((a, b) => compareSnowflakes(b.id, a.id))
    return { messages, isFull, unreadable: all.length - messages.length }
  } catch (error) {
    signal?.throwIfAborted()
    throw toDiscordFailure(error, `reading messages of channel ${channelId}`)
  }
}

/** The messages of `fetchPageBefore`. */
export async function fetchMessagesBefore(
  ...page: Parameters<typeof fetchPageBefore>
): Promise<HistoryPage['messages']> {
  return (await fetchPageBefore(...page)).messages
}

function isMessage(value: unknown): value is APIMessage {
  return typeof value === 'object' && value !== null && 'id' in value && isSnowflake(value.id)
}

function isNewestFirst(messages: readonly { id: string }[]): boolean {
  // Ids have no leading zeros, so the longer one is the higher one.
  return messages.every(({ id }, index) => {
    const above = messages[index - 1]?.id
    return above === undefined || above.length > id.length || (above.length === id.length && above > id)
  })
}
