import { randomBytes } from 'node:crypto'
import type { ApplicationCommandType, InteractionResponseType, InteractionType } from 'discord-api-types/v10'
import type { Clock } from '../clock.ts'
import type { Message, RawComponent } from '../world/types.ts'

/** How long the application has to answer, and how long its token works (https://docs.discord.com/developers/interactions/receiving-and-responding). */
const ANSWER_WITHIN_MS = 3_000
const TOKEN_LIFETIME_MS = 15 * 60_000

/** A form the application opened. */
export type Modal = { custom_id: string; title: string; components: RawComponent[] }

export type Choice = { name: string; value: string | number }

/** What the person sees of an answer. A message is looked up when it is asked for, because it may change. */
export type Answer = {
  type: InteractionResponseType
  messageId?: string
  choices?: Choice[]
  modal?: Modal
  ephemeral: boolean
}

/** Something a person did with the application. */
export type Interaction = {
  readonly id: string
  readonly token: string
  readonly type: InteractionType
  readonly userId: string
  readonly guildId: string
  readonly channelId: string
  readonly command: {
    name: string
    type: ApplicationCommandType
    targetUserId: string | null
    targetMessageId: string | null
  } | null
  /** The message whose component was used, also for a form that a component opened. */
  readonly sourceMessageId: string | null
  /** What opened the form. */
  readonly openedBy: Interaction | null
  /** By the clock that measures limits. */
  readonly startedAt: number
  answer: Answer | null
  /** The message behind `@original`. */
  originalId: string | null
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
  readonly #openForms = new Set<Interaction>()
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
    return !interaction.answer && !this.isLate(interaction)
  }

  /** Whether the time for the first answer is over. */
  isLate({ startedAt }: Interaction): boolean {
    return this.#clock.elapsed() - startedAt > ANSWER_WITHIN_MS
  }

  /** The newest interaction of a person that opened a form which was not sent yet. */
  findForm(userId: string, interactionId?: string, customId?: string): Interaction | undefined {
    return [...this.#openForms]
      .toReversed()
      .find(
        (opened) =>
          opened.userId === userId &&
          (interactionId === undefined || opened.id === interactionId) &&
          (customId === undefined || opened.answer?.modal?.custom_id === customId),
      )
  }

  /** Gives the first answer. */
  answer(interaction: Interaction, answer: Answer): void {
    interaction.answer = answer
    if (answer.modal) this.#openForms.add(interaction)
    this.changed()
  }

  closeForm(openedBy: Interaction): void {
    this.#openForms.delete(openedBy)
  }

  /** Tells those who wait in `until` that something may be different. */
  changed(): void {
    for (const look of this.#watchers) look()
  }

  /** Waits until `isSo`. Throws once `isLate`, which is asked again and again because the clock may be made to run faster. */
  async until(isSo: () => boolean, isLate: () => boolean, complaint: string): Promise<void> {
    if (isSo()) return
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearInterval(timer)
        this.#watchers.delete(look)
      }
      const look = () => {
        if (!isSo()) return
        stop()
        resolve()
      }
      const timer = setInterval(() => {
        if (!isLate()) return
        stop()
        reject(new NoAnswer(complaint))
      }, 20).unref()
      this.#watchers.add(look)
    })
  }
}

/** The application let somebody wait too long. */
export class NoAnswer extends Error {}
