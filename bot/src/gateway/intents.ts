import { GatewayIntentBits as Intents } from '@discordjs/core'
import type { REST } from '@discordjs/rest'
import { describeError, SECOND, type Logger } from '@dcs/shared/core'
import { ApplicationFlags as Flags, Routes, type APIApplication } from 'discord-api-types/v10'
import { explainFailure } from './refusals.ts'

const NEEDED = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent
const MAY_HAVE_MEMBERS = Flags.GatewayGuildMembers | Flags.GatewayGuildMembersLimited

/** What it means when changes of members do not come, and what to do. */
export const WITHOUT_MEMBERS =
  'Discord tells the bot no changes of members, so a lost role counts within 30 s instead of at once. The switch is "Server Members Intent" on the page Bot of your application; start again after it.'

/**
 * What the bot asks the gateway for. Changes of members come only where the application has the privileged intent for them, which its flags say
 * (https://docs.discord.com/developers/events/gateway#privileged-intents): asking without it, Discord closes the connection for good. Throws `unauthenticated` for a wrong token.
 */
export async function chooseIntents(rest: REST, log: Logger): Promise<number> {
  try {
    const application = (await rest.get(Routes.currentApplication(), {
      signal: AbortSignal.timeout(10 * SECOND),
    })) as APIApplication
    if (((application.flags ?? 0) & MAY_HAVE_MEMBERS) !== 0) return NEEDED | Intents.GuildMembers
    log.info(WITHOUT_MEMBERS)
  } catch (error) {
    const refusal = explainFailure(error)
    if (refusal) throw refusal
    log.info(
      { reason: describeError(error) },
      'it is not known whether the bot may be told changes of members; it goes without',
    )
  }
  return NEEDED
}
