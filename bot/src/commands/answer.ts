import { API } from '@discordjs/core'
import { DiscordAPIError, type REST } from '@discordjs/rest'
import { sleep } from '@dcs/shared/core'
import { MessageFlags } from 'discord-api-types/v10'

/** An answer that only the person sees who used the command. */
export type Answer = {
  /** Replaces the text. Longer than Discord allows (2,000 characters) is cut. */
  show: (text: string) => Promise<void>
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
  interaction: { id: string; application_id: string; token: string },
): Promise<Answer | null> {
  const { id, application_id: applicationId, token } = interaction
  const { interactions } = new API(rest)
  const begun = Date.now()
  for (let attempt = 1; ; attempt += 1) {
    try {
      await interactions.defer(id, token, { flags: MessageFlags.Ephemeral })
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
    show: async (text) => {
      const content = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text
      await interactions.editReply(applicationId, token, { content, allowed_mentions: { parse: [] } })
    },
    remainingMs: () => begun + TOKEN_MS - Date.now(),
  }
}

/** 10062: unknown interaction (three seconds have passed); 40060: already acknowledged. */
function isOver(error: unknown): boolean {
  return error instanceof DiscordAPIError && (error.code === 10_062 || error.code === 40_060)
}
