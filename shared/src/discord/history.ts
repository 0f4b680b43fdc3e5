import type { REST } from '@discordjs/rest'
import { Routes, type APIMessage } from 'discord-api-types/v10'
import { compareSnowflakes } from '../core/snowflake.ts'
import { toDiscordFailure } from './rest.ts'

/** Most messages Discord returns at once. */
export const PAGE_SIZE = 100

/** One page of history below `before` (exclusive; null: the newest), newest first. Sorted by id here, because Discord's order is not promised. */
export async function fetchMessagesBefore(
  rest: REST,
  channelId: string,
  before: string | null,
  signal?: AbortSignal,
): Promise<APIMessage[]> {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) })
  if (before !== null) query.set('before', before)
  try {
    const page = (await rest.get(Routes.channelMessages(channelId), {
      query,
      ...(signal ? { signal } : {}),
    })) as APIMessage[]
    return page.toSorted((a, b) => compareSnowflakes(b.id, a.id))
  } catch (error) {
    signal?.throwIfAborted()
    throw toDiscordFailure(error, `reading messages of channel ${channelId}`)
  }
}
