import { compareIds } from '../snowflake.ts'
import type { Attachment, Message } from './types.ts'

/** A history that is computed when it is asked for. Positions run from 0, the oldest, to `size - 1`. */
export interface GeneratedHistory {
  readonly size: number
  /** The message at a position, equal at every call. */
  at(position: number): Message
  /** How many messages have a smaller id. */
  countBelow(id: string): number
  /** Positions of the messages with something of this kind, ascending, without a walk through the history. */
  positionsWith(kind: MediaKind, from?: number): Iterable<number>
  /** A file by its id with the message it stands in, without a walk through the history. */
  findAttachment(attachmentId: string): { file: Attachment; message: Message } | undefined
  /** Whether a file is still shown somewhere, as by a forward, when its message is deleted or changed. */
  outlivesMessage(attachmentId: string): boolean
}

/** `files`: of any type, also of a forward or in components; `videos`: those of video type and embeds of videos; `media`: files, embeds, forwards and polls. */
export type MediaKind = 'files' | 'videos' | 'media' | 'pins'

/** The messages of a channel in order of their ids: a generated history, if there is one, with everything that was posted, changed and deleted since on top. */
export class MessageLog implements Iterable<Message> {
  readonly #base: GeneratedHistory | null
  /** Generated messages that were changed; those that were deleted are null. */
  readonly #changed = new Map<string, Message | null>()
  /** How many generated messages were deleted. */
  #holes = 0
  readonly #posted: Message[] = []

  constructor(base: GeneratedHistory | null = null) {
    this.#base = base
  }

  get length(): number {
    return (this.#base?.size ?? 0) - this.#holes + this.#posted.length
  }

  get(id: string): Message | undefined {
    if (this.#changed.has(id)) return this.#changed.get(id) ?? undefined
    const index = lowerBound(this.#posted, id)
    if (this.#posted[index]?.id === id) return this.#posted[index]
    const position = this.#positionOf(id)
    return position === -1 ? undefined : this.#base?.at(position)
  }

  /** The newest message. */
  last(): Message | undefined {
    return this.before(null, 1)[0]
  }

  /** Up to `limit` messages older than `id` (null: from the newest on), newest first. */
  before(id: string | null, limit: number): Message[] {
    return take(this.backwards(id), limit)
  }

  /** Up to `limit` messages newer than `id`, oldest first. */
  after(id: string | null, limit: number): Message[] {
    return take(this.forwards(id), limit)
  }

  /** Everything older than `id`, newest first. */
  *backwards(id: string | null = null): Generator<Message> {
    let posted = (id === null ? this.#posted.length : lowerBound(this.#posted, id)) - 1
    let position = (id === null ? (this.#base?.size ?? 0) : (this.#base?.countBelow(id) ?? 0)) - 1
    for (;;) {
      let generated: Message | null = null
      while (position >= 0 && !(generated = this.#generated(position))) position -= 1
      const own = this.#posted[posted]
      if (!own && !generated) return
      if (own && (!generated || compareIds(own.id, generated.id) > 0)) {
        posted -= 1
        yield own
      } else if (generated) {
        position -= 1
        yield generated
      }
    }
  }

  /** Everything newer than `id`, oldest first. */
  *forwards(id: string | null = null): Generator<Message> {
    const size = this.#base?.size ?? 0
    const next = id === null ? null : (BigInt(id) + 1n).toString()
    let posted = next === null ? 0 : lowerBound(this.#posted, next)
    let position = next === null ? 0 : (this.#base?.countBelow(next) ?? 0)
    for (;;) {
      let generated: Message | null = null
      while (position < size && !(generated = this.#generated(position))) position += 1
      const own = this.#posted[posted]
      if (!own && !generated) return
      if (own && (!generated || compareIds(own.id, generated.id) < 0)) {
        posted += 1
        yield own
      } else if (generated) {
        position += 1
        yield generated
      }
    }
  }

  [Symbol.iterator](): Iterator<Message> {
    return this.forwards()
  }

  /** The messages that carry files of their own, of a forward or in components, oldest first; cheap in a generated history. */
  withFiles(): Generator<Message> {
    return this.withMedia('files')
  }

  /** The messages with something of a kind from the id `from` on, oldest first; cheap in a generated history. */
  *withMedia(kind: MediaKind, from: string | null = null): Generator<Message> {
    const stored = [...this.stored()]
      .filter((message) => hasMedia(message, kind) && (from === null || compareIds(message.id, from) >= 0))
      .toSorted((a, b) => compareIds(a.id, b.id))
    let next = 0
    for (const position of this.#base?.positionsWith(kind, from === null ? 0 : this.#base.countBelow(from)) ?? []) {
      const message = this.#base?.at(position)
      if (!message || this.#changed.has(message.id)) continue
      for (let own = stored[next]; own && compareIds(own.id, message.id) < 0; own = stored[next]) {
        next += 1
        yield own
      }
      yield message
    }
    yield* stored.slice(next)
  }

  /** A file of a message of the generated history that nobody changed, or one that is shown elsewhere too. */
  findGeneratedAttachment(attachmentId: string): Attachment | undefined {
    const found = this.#base?.findAttachment(attachmentId)
    if (!found) return undefined
    return !this.#changed.has(found.message.id) || this.#base?.outlivesMessage(attachmentId) ? found.file : undefined
  }

  /** A file of the generated history that is shown elsewhere too. */
  findForwardedAttachment(attachmentId: string): Attachment | undefined {
    return this.#base?.outlivesMessage(attachmentId) ? this.#base.findAttachment(attachmentId)?.file : undefined
  }

  /** Whether there is a generated history below what was posted. */
  get isGenerated(): boolean {
    return this.#base !== null
  }

  /** The messages that are held, in no order: those posted, and those of a generated history that were changed. */
  *stored(): Generator<Message> {
    yield* this.#posted
    for (const message of this.#changed.values()) if (message) yield message
  }

  /** Whether a message is one of the generated history that nobody changed. */
  isUntouched(id: string): boolean {
    return !this.#changed.has(id) && this.#positionOf(id) !== -1
  }

  /** About how many messages are older; deleted ones may count. */
  countOlder(id: string): number {
    return (this.#base?.countBelow(id) ?? 0) + lowerBound(this.#posted, id)
  }

  add(message: Message): void {
    this.#posted.splice(lowerBound(this.#posted, message.id), 0, message)
  }

  /** Adds many at once; their order does not matter. */
  addAll(messages: readonly Message[]): void {
    this.#posted.push(...messages)
    this.#posted.sort((a, b) => compareIds(a.id, b.id))
  }

  /** Changes a message. What was handed out before stays as it was. Undefined when there is none. */
  update(id: string, changes: Partial<Message>): Message | undefined {
    const message = this.get(id)
    if (!message) return undefined
    const changed = { ...message, ...changes }
    const index = lowerBound(this.#posted, id)
    if (this.#posted[index]?.id === id) this.#posted[index] = changed
    else this.#changed.set(id, changed)
    return changed
  }

  /** Takes a message out. Returns it, or undefined when there is none. */
  remove(id: string): Message | undefined {
    const message = this.get(id)
    if (!message) return undefined
    const index = lowerBound(this.#posted, id)
    if (this.#posted[index]?.id === id) this.#posted.splice(index, 1)
    else {
      this.#changed.set(id, null)
      this.#holes += 1
    }
    return message
  }

  #positionOf(id: string): number {
    if (!/^\d{1,20}$/.test(id)) return -1
    const position = this.#base?.countBelow(id) ?? 0
    return this.#base && position < this.#base.size && this.#base.at(position).id === id ? position : -1
  }

  #generated(position: number): Message | null {
    const message = this.#base?.at(position)
    if (!message) return null
    return this.#changed.has(message.id) ? (this.#changed.get(message.id) ?? null) : message
  }
}

/** Every file a message shows: its own, those of its components, and those of the message it forwards. */
export function filesOf({ attachments, componentFiles, forward }: Message): Attachment[] {
  return [...attachments, ...componentFiles, ...(forward?.attachments ?? []), ...(forward?.componentFiles ?? [])]
}

/** Whether a message has something of a kind. */
export function hasMedia(message: Message, kind: MediaKind): boolean {
  if (kind === 'pins') return message.pinnedAt !== null
  if (kind === 'videos')
    return (
      filesOf(message).some(({ contentType }) => contentType?.startsWith('video/')) ||
      message.embeds.some(({ type, video }) => type === 'video' || video !== undefined)
    )
  if (filesOf(message).length > 0) return true
  return kind === 'media' && (message.embeds.length > 0 || message.forward !== null || message.poll !== null)
}

function take(messages: Iterable<Message>, limit: number): Message[] {
  const taken: Message[] = []
  if (limit > 0)
    for (const message of messages) {
      taken.push(message)
      if (taken.length >= limit) break
    }
  return taken
}

/** How many of the sorted messages have a smaller id. */
function lowerBound(messages: readonly Message[], id: string): number {
  let low = 0
  let high = messages.length
  // Most questions are about the end.
  const last = messages[high - 1]
  if (!last || compareIds(last.id, id) < 0) return high
  while (low < high) {
    const middle = (low + high) >> 1
    const message = messages[middle]
    if (message && compareIds(message.id, id) < 0) low = middle + 1
    else high = middle
  }
  return low
}
