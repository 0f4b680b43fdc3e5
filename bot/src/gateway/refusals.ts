import { GatewayCloseCodes as Codes } from '@discordjs/core'
import { DiscordAPIError } from '@discordjs/rest'
import { AppError, RetryLater } from '@dcs/shared/core'

/** What cannot be mended by trying again, in words; null when it can. */
export function explainFailure(error: unknown): AppError | null {
  if (error instanceof RetryLater) return null
  if (error instanceof AppError) return error
  return error instanceof DiscordAPIError && error.status === 401 ? wrongToken(error) : null
}

/** Why Discord closes a connection for good, in words; null when the client may connect again (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes). */
export function explainClose(code: number): AppError | null {
  switch (code) {
    case Codes.AuthenticationFailed:
      return wrongToken()
    case Codes.DisallowedIntents:
      return new AppError(
        'forbidden',
        'Discord does not let the bot read messages: switch on "Message Content Intent" on the page Bot of your application (https://discord.com/developers/applications), then start again.',
      )
    case Codes.InvalidShard:
    case Codes.ShardingRequired:
      return new AppError(
        'unavailable',
        'The bot is in more servers than before: start it again, and it connects as often as Discord asks for.',
      )
    case Codes.InvalidAPIVersion:
    case Codes.InvalidIntents:
      return new AppError(
        'upstream',
        `Discord does not serve this version of the bot any more (code ${code}): update it.`,
      )
    default:
      return null
  }
}

/** What to say when Discord refuses the token. */
export function wrongToken(cause?: unknown): AppError {
  return new AppError(
    'unauthenticated',
    'Discord does not accept BOT_TOKEN. Copy the token from the page Bot of your application (https://discord.com/developers/applications; "Reset Token" makes a new one), then start again.',
    { cause },
  )
}
