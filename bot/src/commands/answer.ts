import { API } from '@discordjs/core'
import { DiscordAPIError, type REST } from '@discordjs/rest'
import { sleep } from '@dcs/shared/core'
import {
  ButtonStyle,
  ComponentType,
  InteractionType,
  MessageFlags,
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
} from 'discord-api-types/v10'

/** A button of an answer; its id is what a click brings back. */
export type Button = { id: string; label: string; isDangerous?: boolean }

/** An answer that only the person sees who used the command. */
export type Answer = {
  /** Replaces the text, and the buttons below it. Longer than Discord allows (2,000 characters) is cut. */
  show: (text: string, buttons?: readonly Button[]) => Promise<void>
  /** Milliseconds until Discord takes no more changes. */
  remainingMs: () => number
}

/** How long the token of an interaction is valid is 15 minutes (https://docs.discord.com/developers/interactions/receiving-and-responding); a minute is left for slow requests. */
const TOKEN_MS = 14 * 60_000
const TEXT_MAX = 2_000
/** The gateway can be faster than the file servers of Discord that know the interaction. */
const ATTEMPTS = 3

/** Tells Discord that the answer is on its way. Null when the interaction has been answered or is over: then nothing must be done (it may have arrived twice). */
export async function beginAnswer(
  rest: REST,
  interaction: { id: string; application_id: string; token: string; type: InteractionType },
): Promise<Answer | null> {
  const { id, application_id: applicationId, token } = interaction
  const { interactions } = new API(rest)
  const begun = Date.now()
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A click changes the answer that has the button.
      if (interaction.type === InteractionType.MessageComponent) await interactions.deferMessageUpdate(id, token)
      else await interactions.defer(id, token, { flags: MessageFlags.Ephemeral })
      break
    } catch (error) {
      if (error instanceof DiscordAPIError || attempt === ATTEMPTS) {
        if (isOver(error)) return null
        throw error
      }
      await sleep(200)
    }
  }
  return {
    show: async (text, buttons = []) => {
      const content = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text
      await interactions.editReply(applicationId, token, {
        content,
        components: toRows(buttons),
        allowed_mentions: { parse: [] },
      })
    },
    remainingMs: () => begun + TOKEN_MS - Date.now(),
  }
}

function toRows(buttons: readonly Button[]): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  if (buttons.length === 0) return []
  const components = buttons.map(({ id, label, isDangerous = false }) => ({
    type: ComponentType.Button as const,
    custom_id: id,
    label,
    style: isDangerous ? (ButtonStyle.Danger as const) : (ButtonStyle.Secondary as const),
  }))
  return [{ type: ComponentType.ActionRow, components }]
}

/** 10062: unknown interaction (three seconds have passed); 40060: already acknowledged. */
function isOver(error: unknown): boolean {
  return error instanceof DiscordAPIError && (error.code === 10_062 || error.code === 40_060)
}
