import { toDiscordFailure, type REST } from '@dcs/shared/discord'
import type { APIUser } from 'discord-api-types/v10'

/** Asks Discord who the bot is, once; a failed question is asked again next time. */
export function createBotIdentity(rest: REST): () => Promise<string> {
  let answer: Promise<string> | undefined
  const ask = async () => {
    try {
      return ((await rest.get('/users/@me')) as APIUser).id
    } catch (error) {
      answer = undefined
      throw toDiscordFailure(error, 'asking who the bot is')
    }
  }
  return () => (answer ??= ask())
}
