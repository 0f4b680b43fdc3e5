import { dateOf, idAt } from '../../snowflake.ts'
import type { GeneratedHistory, MediaKind } from '../message-log.ts'
import type { Attachment, Message } from '../types.ts'
import { mix } from './hash.ts'
import { composeMessage } from './messages.ts'
import { clipsInSlot, createSlots, messagesForClips, type Slots } from './slots.ts'

/** What a generated channel is made of. `from` and `to` are milliseconds; `ordinal` is from 1 to 1023 and no other channel's. */
export type HistoryPlan = {
  seed: number
  ordinal: number
  guildId: string
  size: number
  /** Videos that are posted, forwarded or shown in components. Links to videos come on top. */
  clips: number
  from: number
  to: number
  authorIds: readonly string[]
  webhook: { id: string; name: string }
}

/** What a message is, apart from talk. */
export type Role = 'clips' | 'file' | 'video-link' | 'link'

const ROLES: readonly Role[] = ['clips', 'file', 'video-link', 'link']
const ROLES_OF: Record<MediaKind, readonly Role[]> = {
  files: ['clips', 'file'],
  videos: ['clips', 'video-link'],
  media: ROLES,
  pins: [],
}

/** Generated channels of one guild, which forward each other's clips. */
export class Neighbours {
  readonly histories: ChannelHistory[] = []
  #forwarded: Set<string> | undefined

  /** Whether a message somewhere shows a file as a forward; its original can be deleted and it stays. */
  isForwarded(attachmentId: string): boolean {
    this.#forwarded ??= new Set(
      this.histories.flatMap((history) =>
        [...history.positionsWith('videos')].flatMap((position) => {
          const { forward } = history.at(position)
          return forward ? [...forward.attachments, ...forward.componentFiles].map(({ id }) => id) : []
        }),
      ),
    )
    return this.#forwarded.has(attachmentId)
  }
}

/** The messages of one channel, computed from the seed, the channel's ordinal and the position. Nothing is kept. */
export class ChannelHistory implements GeneratedHistory {
  readonly size: number
  readonly plan: HistoryPlan
  readonly channelId: string
  readonly neighbours: Neighbours
  readonly #slots: Record<Role, Slots>
  readonly #step: number
  readonly #seed: number

  constructor(plan: HistoryPlan, channelId: string, neighbours: Neighbours) {
    if (plan.ordinal < 1 || plan.ordinal > 1023) throw new RangeError('An ordinal is from 1 to 1023.')
    this.plan = plan
    this.size = plan.size
    this.channelId = channelId
    this.neighbours = neighbours
    this.#step = stepOf(plan)
    this.#seed = seedOf(plan)
    const { size, clips } = plan
    const counts: Record<Role, number> = {
      clips: messagesForClips(clips),
      file: Math.floor(size / 200),
      'video-link': Math.min(size, Math.floor(clips / 25)),
      link: Math.floor(size / 300),
    }
    this.#slots = {
      clips: createSlots(size, counts.clips, this.#seed ^ 1),
      file: createSlots(size, counts.file, this.#seed ^ 2),
      'video-link': createSlots(size, counts['video-link'], this.#seed ^ 3),
      link: createSlots(size, counts.link, this.#seed ^ 4),
    }
    neighbours.histories.push(this)
  }

  at(position: number): Message {
    return composeMessage(this, position)
  }

  countBelow(id: string): number {
    const value = BigInt(id)
    // Each position has a span of time of its own, so only the one whose span holds this moment is in doubt.
    const position = Math.floor((dateOf(id).getTime() - this.plan.from) / this.#step)
    if (position < 0) return 0
    if (position >= this.size) return this.size
    return this.#valueAt(position) < value ? position + 1 : position
  }

  *positionsWith(kind: MediaKind, from = 0): Generator<number> {
    const roles = ROLES_OF[kind]
    const slots = roles.map((role) => this.#slots[role])
    const next = slots.map((family) => family.from(from))
    for (;;) {
      let position = this.size
      for (const [index, family] of slots.entries()) {
        const slot = next[index] ?? family.count
        if (slot < family.count) position = Math.min(position, family.at(slot))
      }
      if (position === this.size) return
      for (const [index, family] of slots.entries()) {
        const slot = next[index] ?? family.count
        if (slot < family.count && family.at(slot) === position) next[index] = slot + 1
      }
      const role = this.roleAt(position)
      if (role && roles.includes(role)) yield position
    }
  }

  findAttachment(attachmentId: string): { file: Attachment; message: Message } | undefined {
    const id = (BigInt(attachmentId) & ~15n).toString()
    const position = this.countBelow(id)
    if (position >= this.size || this.idAt(position) !== id) return undefined
    const message = this.at(position)
    const file = [...message.attachments, ...message.componentFiles].find((own) => own.id === attachmentId)
    return file && { file, message }
  }

  outlivesMessage(attachmentId: string): boolean {
    return this.neighbours.isForwarded(attachmentId)
  }

  /** When a message was written, in milliseconds. */
  timeAt(position: number): number {
    return timeAt(this.plan, this.#step, this.#seed, position)
  }

  idAt(position: number): string {
    return this.#valueAt(position).toString()
  }

  /** A number that belongs to a position and a purpose. */
  hash(position: number, purpose: number): number {
    return mix(this.#seed, position, purpose)
  }

  /** What stands at a position; null for talk. */
  roleAt(position: number): Role | null {
    return ROLES.find((role) => this.#slots[role].find(position) !== -1) ?? null
  }

  /** How many clips the message at a position carries. */
  clipsAt(position: number): number {
    const slot = this.#slots.clips.find(position)
    return slot === -1 ? 0 : clipsInSlot(slot, this.plan.clips)
  }

  /** Messages with clips written before a moment, and where one of them is. */
  clipMessagesBefore(time: number): { count: number; at: (index: number) => number } {
    const { clips } = this.#slots
    return { count: clips.from(this.countBelow(idAt(time).toString())), at: clips.at }
  }

  #valueAt(position: number): bigint {
    return valueOf(this.plan.ordinal, this.timeAt(position))
  }
}

/** The id of the oldest message; a thread of a forum has the id of its first message. */
export function firstIdOf(plan: HistoryPlan): string {
  return valueOf(plan.ordinal, timeAt(plan, stepOf(plan), seedOf(plan), 0)).toString()
}

/** The lowest four bits stay 0: the files of a message count on from its id. */
function valueOf(ordinal: number, time: number): bigint {
  return idAt(time) | BigInt(ordinal << 12)
}

function timeAt({ from }: HistoryPlan, step: number, seed: number, position: number): number {
  return from + position * step + (mix(seed, position, 0) % step)
}

function stepOf({ from, to, size }: HistoryPlan): number {
  const step = Math.floor((to - from) / Math.max(1, size))
  if (step < 1) throw new RangeError(`${size} messages need more than ${to - from} ms.`)
  return step
}

function seedOf({ seed, ordinal }: HistoryPlan): number {
  return mix(seed, ordinal, 5)
}
