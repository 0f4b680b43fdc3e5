import { AppError } from '@dcs/shared/core'
import { listGuildsWithChannels, type BotChannel, type BotGuild } from '@dcs/shared/db'

/** What a person meant: a server, or one of its channels. */
export type Target = { guild: BotGuild; channel: BotChannel | null }

/** Finds the server or channel by its id or, in any case, by its name (`#` before a channel's is allowed). Throws `invalid-input` when several have it. */
export async function findTarget(word: string): Promise<Target> {
  const targets = (await listGuildsWithChannels()).flatMap(({ channels, ...guild }): Target[] => [
    { guild, channel: null },
    ...channels.flatMap((channel) =>
      channel.deletedAt === null && channel.type !== 'category' ? [{ guild, channel }] : [],
    ),
  ])
  const [byId] = targets.filter(({ guild, channel }) => (channel?.channelId ?? guild.guildId) === word)
  if (byId) return byId
  const isChannelName = word.startsWith('#')
  const name = word.replace(/^#/, '').toLowerCase()
  const named = targets.filter(
    (target) => nameOf(target).toLowerCase() === name && (!isChannelName || target.channel !== null),
  )
  if (named.length === 1 && named[0]) return named[0]
  if (named.length > 1)
    throw new AppError(
      'invalid-input',
      `Several are called ${JSON.stringify(word)}. Use the id of the one you mean:\n${named.map(describe).join('\n')}`,
    )
  const guilds = targets.filter(({ channel }) => channel === null)
  throw new AppError(
    'not-found',
    guilds.length === 0
      ? 'No server is known here. Start the bot and invite it to one: "npm start" shows the link.'
      : `No server or channel is called ${JSON.stringify(word)} or has this id. These servers are known:\n${guilds.map(describe).join('\n')}`,
  )
}

/** Finds a server by its id or name; a channel means its server. */
export async function findGuild(word: string): Promise<BotGuild> {
  return (await findTarget(word)).guild
}

/** The name as it is shown. */
export function titleOf({ guild, channel }: Target): string {
  return channel ? `#${channel.name ?? channel.channelId} in ${guild.name}` : guild.name
}

function nameOf({ guild, channel }: Target): string {
  return channel ? (channel.name ?? '') : guild.name
}

function describe(target: Target): string {
  return `  ${target.channel?.channelId ?? target.guild.guildId}  ${titleOf(target)}`
}
