import { compareSnowflakes } from '@dcs/shared/core'
import { PAGE_SIZE } from '@dcs/shared/discord'
import type { IdRange } from '@dcs/shared/domain'
import type { APIMessage } from 'discord-api-types/v10'

/** A page of history, newest message first, and what it proves to be read; `range` null: nothing. After one that `isLast` nothing is left to read. */
export type Page = { messages: readonly APIMessage[]; range: IdRange | null; isLast: boolean }

/**
 * The ids that a page proves to be read: from its oldest message up to where it was asked for (`before`, exclusive; null: up to its newest).
 * A page that is not full had no more to give, so it proves everything below as well. Null when it proves nothing.
 */
export function provenRange(page: readonly { id: string }[], before: bigint | null): IdRange | null {
  const ids = page.map(({ id }) => id).toSorted(compareSnowflakes)
  const [oldest, newest] = [ids[0], ids.at(-1)]
  const high = before === null ? newest && BigInt(newest) : before - 1n
  if (high === undefined || high === '') return null
  const low = ids.length < PAGE_SIZE || oldest === undefined ? 0n : BigInt(oldest)
  return { low, high }
}

/** How many messages of a page were not read before. */
export function countUnread(page: readonly { id: string }[], covered: readonly IdRange[]): number {
  return page.filter(({ id }) => !isCovered(BigInt(id), covered)).length
}

/** Whether an id lies in what was read. */
export function isCovered(id: bigint, covered: readonly IdRange[]): boolean {
  return covered.some(({ low, high }) => low <= id && id <= high)
}
