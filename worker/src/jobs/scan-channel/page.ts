import type { NewClip } from '@dcs/shared/db'
import type { IdRange } from '@dcs/shared/domain'

/** What is kept of a page of history until it is committed. */
export type Page = {
  /** Its messages, newest first. */
  ids: readonly string[]
  /** Those of them that have clips. */
  found: readonly { messageId: string; clips: readonly NewClip[] }[]
  /** The ids it proves to be read; null: none. */
  range: IdRange | null
  /** Nothing is left to read after it. */
  isLast: boolean
}

/**
 * The ids that a page proves to be read: from its oldest message up to where it was asked for (`before`, exclusive; null: up to its
 * newest, or to `heardOf`, a message that was posted before the page was asked for and may be gone). A page that is not full had no more to give, so it proves everything below as well. Null when it proves nothing.
 */
export function provenRange(
  ids: readonly string[],
  isFull: boolean,
  before: bigint | null,
  heardOf: bigint | null = null,
): IdRange | null {
  const [newest, oldest] = [ids[0], ids.at(-1)]
  const asked = before === null ? heardOf : before - 1n
  if (newest === undefined || oldest === undefined) return asked === null ? null : { low: 0n, high: asked }
  const high = asked === null || asked < BigInt(newest) ? BigInt(newest) : asked
  return { low: isFull ? BigInt(oldest) : 0n, high }
}

/** How many messages of a page, all of them within `range`, were not read before. */
export function countUnread(ids: readonly string[], range: IdRange | null, covered: readonly IdRange[]): number {
  if (range === null) return ids.length
  const near = covered.filter(({ low, high }) => low <= range.high && range.low <= high)
  if (near.length === 0) return ids.length
  return ids.filter((id) => !isCovered(BigInt(id), near)).length
}

function isCovered(id: bigint, covered: readonly IdRange[]): boolean {
  return covered.some(({ low, high }) => low <= id && id <= high)
}
