import { mix } from './hash.ts'

/** Positions spread over a history, one somewhere in each slice of equal length, so that they can be listed and recognised without a walk. */
export type Slots = {
  readonly count: number
  /** Where a slot is. */
  at: (slot: number) => number
  /** The slot at a position, or -1. */
  find: (position: number) => number
  /** The first slot at a position or behind it; `count` when there is none. */
  from: (position: number) => number
}

/** Spreads `count` slots over `size` positions. Throws when there are more slots than positions. */
export function createSlots(size: number, count: number, seed: number): Slots {
  if (count > size) throw new RangeError(`${count} things do not fit in ${size} messages.`)
  const startOf = (slot: number) => Math.floor((slot * size) / count)
  const at = (slot: number) => {
    const start = startOf(slot)
    return start + (mix(seed, slot, 1) % (startOf(slot + 1) - start))
  }
  const sliceOf = (position: number) => {
    let slot = Math.min(count - 1, Math.floor((position * count) / size))
    // Rounding can miss by one.
    while (slot > 0 && startOf(slot) > position) slot -= 1
    while (slot < count - 1 && startOf(slot + 1) <= position) slot += 1
    return slot
  }
  return {
    count,
    at,
    find: (position) => {
      if (count === 0) return -1
      const slot = sliceOf(position)
      return at(slot) === position ? slot : -1
    },
    from: (position) => {
      if (count === 0 || position >= size) return count
      const slot = sliceOf(Math.max(0, position))
      return at(slot) >= position ? slot : slot + 1
    },
  }
}

/** Every 20 clips stand in 18 messages: the first of them carries three, the others one each. */
const GROUP = { clips: 20, messages: 18, first: 3 }

/** How many messages carry so many clips. */
export function messagesForClips(clips: number): number {
  const rest = clips % GROUP.clips
  return Math.floor(clips / GROUP.clips) * GROUP.messages + (rest === 0 ? 0 : Math.max(1, rest - GROUP.first + 1))
}

/** How many clips the message of a slot carries. */
export function clipsInSlot(slot: number, clips: number): number {
  if (slot % GROUP.messages !== 0) return 1
  return Math.min(GROUP.first, clips - (slot / GROUP.messages) * GROUP.clips)
}
