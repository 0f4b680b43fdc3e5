import { GatewayDispatchEvents as Events, type Client } from '@discordjs/core'
import type { BotContext } from '../context.ts'
import * as channels from './channels.ts'
import type { EventHandler, Services } from './event.ts'
import * as guilds from './guilds.ts'
import type { Lanes } from './lanes.ts'
import * as messages from './messages.ts'
import { patiently } from './patiently.ts'

/** What decides who sees what. Storing guilds has a patience of its own. */
const facts = new Set<string>(
  [...Object.values(guilds), ...Object.values(channels)]
    .map(({ name }) => name)
    .filter((name) => name !== Events.Ready && name !== Events.GuildCreate),
)

/** Every event the bot listens to. */
const handlers = [...Object.values(guilds), ...Object.values(channels), ...Object.values(messages)] as EventHandler[]

type Dispatch = { data: { id?: string; guild_id?: string }; shardId: number }

/**
 * Connects the handlers to the gateway. Events of a guild are handled in the order in which they arrive, and after the guild as it was before them is
 * stored; a new session of a shard begins after everything of the one before. An event that fails is logged and does not stop the others; one that says who sees what is tried again
 * for some seconds, and then `onLost` is told its shard. `missed` is told when events of a shard did not come, before the first one after them.
 */
export function registerEvents(
  client: Client,
  context: BotContext,
  services: Services,
  lanes: Lanes,
  onLost: (shardId: number) => void,
): { idle: () => Promise<void>; missed: (shardId: number) => void } {
  const { sync } = services
  for (const { name, handle } of handlers) {
    const listener = ({ data, shardId }: Dispatch) => {
      const once = () => handle(services, data as never, context)
      const again = () =>
        patiently(once).catch((error: unknown) => {
          onLost(shardId)
          throw error
        })
      const work = facts.has(name) ? again : once
      if (name === Events.Ready) {
        sync.hurry()
        return lanes.barrier(shardId, name, work)
      }
      const guildId = data.guild_id ?? (name.startsWith('GUILD_') ? data.id : undefined) ?? ''
      if (name !== Events.GuildCreate) sync.hurry(guildId)
      lanes.run(shardId, guildId, name, work)
    }
    client.on(name as Parameters<Client['on']>[0], listener as never)
  }
  const missed = (shardId: number) => {
    sync.hurry()
    lanes.barrier(shardId, 'missed events', () => sync.onMissed(shardId))
  }
  return { idle: () => lanes.idle(), missed }
}
