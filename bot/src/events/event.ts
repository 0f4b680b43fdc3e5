import type { GatewayDispatchEvents, MappedEvents } from '@discordjs/core'
import type { BotContext } from '../context.ts'
import type { GuildSync } from '../services/guild-sync.ts'
import type { LiveCapture } from '../services/live-capture.ts'
import type { LiveChanges } from '../services/live-changes.ts'

/** What the events call. */
export type Services = { sync: GuildSync; capture: LiveCapture; changes: LiveChanges }

type Data<Name extends GatewayDispatchEvents> = Name extends keyof MappedEvents ? MappedEvents[Name][0]['data'] : never

/** What happens on one gateway event. */
export type EventHandler<Name extends GatewayDispatchEvents = GatewayDispatchEvents> = {
  name: Name
  handle: (services: Services, data: Data<Name>, context: BotContext) => Promise<void> | void
}

/** Declares the handler of an event. */
export function onEvent<Name extends GatewayDispatchEvents>(
  name: Name,
  handle: EventHandler<Name>['handle'],
): EventHandler<Name> {
  return { name, handle }
}
