import type { Client } from '@discordjs/core'
import type { BotContext } from '../context.ts'
import * as channels from './channels.ts'
import type { EventHandler, Services } from './event.ts'
import * as guilds from './guilds.ts'
import * as messages from './messages.ts'

/** Every event the bot listens to. */
const handlers = [...Object.values(guilds), ...Object.values(channels), ...Object.values(messages)] as EventHandler[]

/**
 * Connects the handlers to the gateway. Events are handled in the order in which they arrive, so that a deletion never overtakes the creation before it. One that
 * fails is logged and does not stop the others.
 */
export function registerEvents(client: Client, context: BotContext, services: Services): { idle: () => Promise<void> } {
  let tail: Promise<void> = Promise.resolve()
  for (const { name, handle } of handlers) {
    const listener = ({ data }: { data: unknown }) => {
      tail = tail
        .then(() => handle(services, data as never, context))
        .catch((error: unknown) => context.log.error({ err: error, event: name }, 'an event could not be handled'))
    }
    client.on(name as Parameters<Client['on']>[0], listener)
  }
  return { idle: () => tail }
}
