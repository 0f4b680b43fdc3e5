import { ApplicationFlags } from 'discord-api-types/v10'
import type { Application, TwinContext } from '../context.ts'
import type { PrivilegedIntent } from '../gateway/settings.ts'
import type { World } from '../world/world.ts'
import { accountPayload } from './accounts.ts'

/** The flags that tell of privileged intents in applications of few guilds; the only ones an application changes itself. */
const INTENTS: Record<PrivilegedIntent, ApplicationFlags> = {
  GUILD_MEMBERS: ApplicationFlags.GatewayGuildMembersLimited,
  GUILD_PRESENCES: ApplicationFlags.GatewayPresenceLimited,
}

/** The application as everybody sees it. */
export function applicationPayload({ world, application }: TwinContext) {
  const flags = flagsOf(application)
  return {
    id: application.id,
    name: application.name,
    icon: null,
    description: application.description,
    type: null,
    bot: accountPayload(world, world.botId),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags,
    flags_new: String(flags),
    tags: [...application.tags],
  }
}

/** The application as it sees itself (https://docs.discord.com/developers/resources/application#application-object). */
export function ownApplicationPayload(context: TwinContext) {
  const { world, application } = context
  return {
    ...applicationPayload(context),
    redirect_uris: [...(application.redirectUris ?? [])],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: accountPayload(world, applicationOwner(world)),
    team: null,
    approximate_guild_count: world.botGuilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    eligible_oauth2_scopes: [],
  }
}

/** Whose application it is: the first person of the world. */
export function applicationOwner(world: World): string {
  return [...world.people.values()].find(({ bot }) => !bot)?.id ?? world.botId
}

/** Switches privileged intents as flags say. */
export function applyFlags(application: Application, flags: number): void {
  application.messageContent = Boolean(flags & ApplicationFlags.GatewayMessageContentLimited)
  application.privilegedIntents = (Object.keys(INTENTS) as PrivilegedIntent[]).filter((name) => flags & INTENTS[name])
}

function flagsOf({ messageContent, privilegedIntents }: Application): number {
  return privilegedIntents.reduce(
    (flags, name) => flags | INTENTS[name],
    messageContent ? ApplicationFlags.GatewayMessageContentLimited : 0,
  )
}
