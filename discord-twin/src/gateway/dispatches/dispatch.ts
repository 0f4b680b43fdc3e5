import type { GatewayDispatchEvents as Events } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import type { Channel } from '../../world/types.ts'
import type { SessionWishes } from '../session.ts'
import { canView } from '../visibility.ts'

/** An event for the sessions that may have it. */
export type Dispatch = {
  name: Events
  /** null for events of no guild. */
  guildId: string | null
  channelId: string | null
  /** Instead of the intents of the event: one of these is needed; 0 for none. */
  intents?: number
  /** What a session gets; null for nothing. */
  data: (wishes: SessionWishes) => unknown
}

/** An event of a guild; nothing when the bot is not in it or it is in an outage. */
export function inGuild(
  { world }: TwinContext,
  guildId: string,
  name: Events,
  data: Dispatch['data'],
  more: Partial<Pick<Dispatch, 'channelId' | 'intents'>> = {},
): Dispatch[] {
  if (!world.botGuilds.has(guildId) || world.guilds.get(guildId)?.isUnavailable) return []
  return [{ name, guildId, channelId: null, ...more, data }]
}

/** An event in a channel or thread; nothing when the bot may not view it. */
export function inChannel(context: TwinContext, channel: Channel, name: Events, data: Dispatch['data']): Dispatch[] {
  if (!canView(context.world, channel)) return []
  return inGuild(context, channel.guildId, name, data, { channelId: channel.id })
}
