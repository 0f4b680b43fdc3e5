import { randomBytes } from 'node:crypto'
import type { ApplicationCommandType, InteractionType } from 'discord-api-types/v10'
import type { Clock } from '../clock.ts'
import type { Message, RawComponent } from '../world/types.ts'

/** How long the application has to answer, and how long its token works (https://docs.discord.com/developers/interactions/receiving-and-responding). */
const ANSWER_WITHIN_MS = 3_000
const TOKEN_LIFETIME_MS = 15 * 60_000

/** A form the application opened. */
export type Modal = { custom_id: string; title: string; components: RawComponent[] }

export type Choice = { name: string; value: string | number }

/** What the person sees of an answer. A message is looked up when it is asked for, because it may change. */
export type Answer = { messageId?: string; choices?: Choice[]; modal?: Modal; ephemeral: boolean }

/** Something a person did with the application. */
export type Interaction = {
  readonly id: string
  readonly token: string
  readonly type: InteractionType
  readonly userId: string
  readonly guildId: string
  readonly channelId: string
  readonly command: { name: string; type: ApplicationCommandType; targetId: string | null } | null
  /** The message whose component was used, also for a form that a component opened. */
  readonly sourceMessageId: string | null
  /** What opened the form. */
  readonly openedBy: Interaction | null
  /** By the clock that measures limits. */
  readonly startedAt: number
  answer: Answer | null
  /** The message behind `@original`. */
  originalId: string | null
  /** Waiting for the follow-up that fills the message. */
  isLoading: boolean
  readonly followUpIds: string[]
}

export type NewInteraction = Pick<
  Interaction,
  'type' | 'userId' | 'guildId' | 'channelId' | 'command' | 'sourceMessageId' | 'openedBy'
>

/** What people do with the application, and the messages only one of them sees. */
export class Interactions {
  /** Messages that are in no history, by id. */
  readonly ephemeral = new Map<string, Message>()
  readonly #byId = new Map<string, Interaction>()
  readonly #byToken = new Map<string, Interaction>()
  readonly #clock: Clock
  readonly #nextId: () => string
  readonly #watchers = new Set<() => void>()

  constructor(clock: Clock, nextId: () => string) {
    this.#clock = clock
    this.#nextId = nextId
  }

  begin(interaction: NewInteraction): Interaction {
    const id = this.#nextId()
    const token = Buffer.from(`interaction:${id}:${randomBytes(48).toString('base64url')}`).toString('base64url')
    const begun: Interaction = {
      ...interaction,
      id,
      token,
      startedAt: this.#clock.elapsed(),
      answer: null,
      originalId: null,
      isLoading: false,
      followUpIds: [],
    }
    this.#byId.set(id, begun)
    this.#byToken.set(token, begun)
    return begun
  }

  find(id: string): Interaction | undefined {
    return this.#byId.get(id)
  }

  /** The interaction whose token still works. */
  findByToken(token: string): Interaction | undefined {
    const found = this.#byToken.get(token)
    return found && this.#clock.elapsed() - found.startedAt <= TOKEN_LIFETIME_MS ? found : undefined
  }

  /** Whether it can still get its first answer. */
  isOpen(interaction: Interaction): boolean {
    return !interaction.answer && this.msLeft(interaction) > 0
  }

  /** Real milliseconds until the time for the first answer is over. */
  msLeft(interaction: Interaction): number {
    return (ANSWER_WITHIN_MS - (this.#clock.elapsed() - interaction.startedAt)) / this.#clock.speed
  }

  /** Tells those who wait in `until` that something may be different. */
  changed(): void {
    for (const look of this.#watchers) look()
  }

  /** Waits until `isSo`. Throws after `timeoutMs`. */
  async until(isSo: () => boolean, timeoutMs: number, complaint: string): Promise<void> {
    if (isSo()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look)
        reject(new NoAnswer(complaint))
      }, timeoutMs)
      const look = () => {
        if (!isSo()) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
    })
  }
}

/** The application let somebody wait too long. */
export class NoAnswer extends Error {}
