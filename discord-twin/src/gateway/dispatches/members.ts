import { GatewayDispatchEvents as Events } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import { accountPayload, memberPayload, userPayload } from '../../payloads/accounts.ts'
import type { WorldEvent } from '../../world/events.ts'
import type { Member, Person } from '../../world/types.ts'
import { inGuild, type Dispatch } from './dispatch.ts'

type MemberEvent = Extract<WorldEvent, { kind: `member-${string}` }>

/** What sessions are told of a member. The bot's own changes need no intent. */
export function memberDispatches(context: TwinContext, { kind, guildId, member }: MemberEvent): Dispatch[] {
  switch (kind) {
    case 'member-added':
      return inGuild(context, guildId, Events.GuildMemberAdd, () => ({
        ...memberPayload(context, member),
        guild_id: guildId,
      }))
    case 'member-updated':
      return updated(context, guildId, member)
    case 'member-removed':
      return inGuild(context, guildId, Events.GuildMemberRemove, () => ({
        guild_id: guildId,
        user: accountPayload(context.world, member.userId),
      }))
  }
}

/** An account changed: the bot hears of its own, and of its members' in every guild. */
export function userDispatches(context: TwinContext, person: Person): Dispatch[] {
  const { world } = context
  const own: Dispatch[] =
    person.id === world.botId
      ? [
          {
            name: Events.UserUpdate,
            guildId: null,
            channelId: null,
            data: () => userPayload(person),
          },
        ]
      : []
  const asMember = [...world.botGuilds].flatMap((guildId) => {
    const member = world.guilds.get(guildId)?.members.get(person.id)
    return member ? updated(context, guildId, member) : []
  })
  return [...own, ...asMember]
}

function updated(context: TwinContext, guildId: string, member: Member): Dispatch[] {
  const data = () => ({ ...memberPayload(context, member), guild_id: guildId })
  const isOwn = member.userId === context.world.botId
  return inGuild(context, guildId, Events.GuildMemberUpdate, data, isOwn ? { intents: 0 } : {})
}
