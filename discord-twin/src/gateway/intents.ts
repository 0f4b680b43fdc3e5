import { GatewayDispatchEvents as Events, GatewayIntentBits as Intents } from 'discord-api-types/v10'
import type { PrivilegedIntent } from './settings.ts'

/** Every intent there is. */
export const ALL_INTENTS = Object.values(Intents).reduce<number>(
  (bits, intent) => (typeof intent === 'number' ? bits | intent : bits),
  0,
)

/** The events of each intent (https://docs.discord.com/developers/events/gateway#list-of-intents). Events that are in none go to everybody. */
const EVENTS: readonly (readonly [Intents, readonly Events[]])[] = [
  [
    Intents.Guilds,
    [
      Events.GuildCreate,
      Events.GuildUpdate,
      Events.GuildDelete,
      Events.GuildRoleCreate,
      Events.GuildRoleUpdate,
      Events.GuildRoleDelete,
      Events.ChannelCreate,
      Events.ChannelUpdate,
      Events.ChannelDelete,
      Events.ChannelPinsUpdate,
      Events.ThreadCreate,
      Events.ThreadUpdate,
      Events.ThreadDelete,
      Events.ThreadListSync,
      Events.ThreadMemberUpdate,
      Events.ThreadMembersUpdate,
    ],
  ],
  [
    Intents.GuildMembers,
    [Events.GuildMemberAdd, Events.GuildMemberUpdate, Events.GuildMemberRemove, Events.ThreadMembersUpdate],
  ],
  [Intents.GuildWebhooks, [Events.WebhooksUpdate]],
  [Intents.GuildMessages, [Events.MessageCreate, Events.MessageUpdate, Events.MessageDelete, Events.MessageDeleteBulk]],
  [
    Intents.GuildMessageReactions,
    [
      Events.MessageReactionAdd,
      Events.MessageReactionRemove,
      Events.MessageReactionRemoveAll,
      Events.MessageReactionRemoveEmoji,
    ],
  ],
  [Intents.GuildMessageTyping, [Events.TypingStart]],
  [Intents.GuildMessagePolls, [Events.MessagePollVoteAdd, Events.MessagePollVoteRemove]],
]

const bitsOf = new Map<Events, number>()
for (const [intent, events] of EVENTS) {
  for (const event of events) bitsOf.set(event, (bitsOf.get(event) ?? 0) | intent)
}

/** The intents of which a session needs one to get an event; 0 when it needs none. */
export function intentsFor(event: Events): number {
  return bitsOf.get(event) ?? 0
}

/** The intents an application may ask for. */
export function allowedIntents(privileged: readonly PrivilegedIntent[], messageContent: boolean): number {
  let bits = ALL_INTENTS
  if (!privileged.includes('GUILD_MEMBERS')) bits &= ~Intents.GuildMembers
  if (!privileged.includes('GUILD_PRESENCES')) bits &= ~Intents.GuildPresences
  if (!messageContent) bits &= ~Intents.MessageContent
  return bits
}
