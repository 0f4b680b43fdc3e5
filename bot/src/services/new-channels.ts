import { setChannelsReading, type ChannelSnapshot, type Executor } from '@dcs/shared/db'
import { hasMessages, hasThreads, isThread } from '@dcs/shared/domain'
import type { BotContext } from '../context.ts'
import { guildsReadingByDefault } from './rules.ts'

/** New channels, also forums, are read from the start where the guild's settings say so. Threads are not switched on: they are read with their channel. */
export async function readNewChannels(
  context: BotContext,
  added: readonly (Pick<ChannelSnapshot, 'id' | 'type'> & { guildId: string })[],
  tx: Executor,
): Promise<void> {
  const places = added.filter(({ type }) => !isThread(type) && (hasMessages(type) || hasThreads(type)))
  if (places.length === 0) return
  const guilds = await guildsReadingByDefault(context, [...new Set(places.map(({ guildId }) => guildId))], tx)
  const chosen = places.filter(({ guildId }) => guilds.has(guildId)).map(({ id }) => id)
  if (chosen.length > 0) await setChannelsReading(chosen, true, tx)
}
