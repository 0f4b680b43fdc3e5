import { MessageFlags } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { findShown } from './answers.ts'
import type { Choice, Interaction, Modal } from './interactions.ts'
import { fullMessagePayload } from './payload.ts'

type ShownMessage = ReturnType<typeof fullMessagePayload>

/** What a person sees of an answer. `type` is the kind of callback; a deferred message has the loading flag. */
export type Response = {
  type: number
  ephemeral: boolean
  message?: ShownMessage
  choices?: Choice[]
  modal?: Modal
}

/** An interaction as the person follows it who began it. */
export type InteractionHandle = {
  id: string
  token: string
  /** The first answer. Throws `NoAnswer` when there is none within Discord's three seconds. */
  response: () => Promise<Response>
  /** The answer once a deferred one is filled; a moment later everything else is as in `response`. */
  result: (timeoutMs?: number) => Promise<Response>
  /** Waits for this many follow-ups. */
  waitForFollowUps: (count: number, timeoutMs?: number) => Promise<ShownMessage[]>
  /** The answer as it is now; null before there is one. */
  readonly current: Response | null
  /** Follow-ups as they are now, without deleted ones. */
  readonly followUps: ShownMessage[]
}

/** Makes the handle of an interaction. */
export function createHandle(context: TwinContext, interaction: Interaction): InteractionHandle {
  const { interactions } = context
  const shown = (id: string | undefined) => {
    const message = id === undefined ? undefined : findShown(context, interaction.channelId, id)
    return message ? fullMessagePayload(context, message) : undefined
  }
  const current = (): Response | null => {
    const { answer } = interaction
    if (!answer) return null
    const message = shown(answer.messageId)
    return {
      type: answer.type,
      ephemeral: answer.ephemeral,
      ...(message ? { message } : {}),
      ...(answer.choices ? { choices: answer.choices } : {}),
      ...(answer.modal ? { modal: answer.modal } : {}),
    }
  }
  const followUps = () => interaction.followUpIds.flatMap((id) => shown(id) ?? [])
  const require = (response: Response | null): Response => {
    if (!response) throw new RangeError('an answered interaction without an answer')
    return response
  }
  const response = async () => {
    await interactions.until(
      () => interaction.answer !== null,
      () => interactions.isLate(interaction),
      'The application did not respond',
    )
    return require(current())
  }
  return {
    id: interaction.id,
    token: interaction.token,
    response,
    result: async (timeoutMs = 15_000) => {
      await response()
      const isFilled = () => !((current()?.message?.flags ?? 0) & MessageFlags.Loading)
      await interactions.until(isFilled, after(timeoutMs), 'The deferred answer was not filled')
      return require(current())
    },
    waitForFollowUps: async (count, timeoutMs = 15_000) => {
      await interactions.until(
        () => interaction.followUpIds.length >= count,
        after(timeoutMs),
        `There were not ${count} follow-ups`,
      )
      return followUps()
    },
    get current() {
      return current()
    },
    get followUps() {
      return followUps()
    },
  }
}

function after(timeoutMs: number): () => boolean {
  const end = performance.now() + timeoutMs
  return () => performance.now() > end
}
