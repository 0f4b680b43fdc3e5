import { GatewayDispatchEvents as Events } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import { timestamp } from '../../payloads/time.ts'
import type { WorldEvent } from '../../world/events.ts'
import type { Channel } from '../../world/types.ts'
import { canView, channelAsSeen, type Changes } from '../visibility.ts'
import { inChannel, inGuild, type Dispatch } from './dispatch.ts'
import { threadListDispatches } from './threads.ts'

type ChannelEvent = Extract<WorldEvent, { kind: `channel-${string}` }>

const NAMES = {
  'channel-created': Events.ChannelCreate,
  'channel-updated': Events.ChannelUpdate,
  'channel-deleted': Events.ChannelDelete,
} as const

/** What sessions are told of a channel that is no thread. One the bot may not view is told without what it is. */
export function channelDispatches(
  context: TwinContext,
  { kind, channel }: ChannelEvent,
  isVisible: boolean,
): Dispatch[] {
  return inGuild(context, channel.guildId, NAMES[kind], () => channelAsSeen(channel, isVisible), {
    channelId: channel.id,
  })
}

/** Channels that came into sight or went out of it through a change elsewhere, and the threads that came with them. */
export function visibilityDispatches(
  context: TwinContext,
  guildId: string,
  { revealed, hidden }: Changes,
  told?: Channel,
): Dispatch[] {
  const update = (isVisible: boolean) => (channel: Channel) =>
    channel === told
      ? []
      : inGuild(context, guildId, Events.ChannelUpdate, () => channelAsSeen(channel, isVisible), {
          channelId: channel.id,
        })
  return [
    ...hidden.flatMap(update(false)),
    ...revealed.flatMap(update(true)),
    ...threadListDispatches(
      context,
      guildId,
      revealed.filter((channel) => canView(context.world, channel)),
    ),
  ]
}

/** The pins of a channel changed; which ones is not told. */
export function pinsDispatches(context: TwinContext, channel: Channel): Dispatch[] {
  return inChannel(context, channel, Events.ChannelPinsUpdate, () => ({
    guild_id: channel.guildId,
    channel_id: channel.id,
    last_pin_timestamp: channel.lastPinAt ? timestamp(channel.lastPinAt) : null,
  }))
}

/** A channel's webhooks changed; which ones is not told. */
export function webhooksDispatches(context: TwinContext, channel: Channel): Dispatch[] {
  return inChannel(context, channel, Events.WebhooksUpdate, () => ({
    guild_id: channel.guildId,
    channel_id: channel.id,
  }))
}
