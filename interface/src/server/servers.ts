import { listGuildHolders, listGuilds } from '@dcs/shared/db'
import type { ServerList } from '../lib/api-types.ts'
import type { Context } from './context.ts'
import { toProblem } from './errors.ts'
import { toGuildItem } from './guild-item.ts'
import { listOwnGuilds } from './own-guilds.ts'
import { pictureUrl } from './picture-url.ts'
import type { Viewer } from './viewer.ts'

/** The viewer's servers with the bot, and those they manage where it could be added. The first are there even when Discord does not tell the second. */
export async function findServers({ config }: Pick<Context, 'config'>, viewer: Viewer): Promise<ServerList> {
  const [holders, present] = await Promise.all([
    listGuildHolders(viewer.guilds.map(({ guild }) => guild.guildId)),
    listGuilds(),
  ])
  const servers = viewer.guilds.map((own) => {
    const holder = holders.get(own.guild.guildId)
    return {
      ...toGuildItem(own),
      holder: holder ? { name: holder.name, isYou: holder.userId === viewer.userId } : null,
    }
  })
  try {
    const withBot = new Set(present.map(({ guildId }) => guildId))
    const addable = (await listOwnGuilds(viewer.userId))
      .filter(({ id, canManage }) => canManage && !withBot.has(id))
      .map(({ id, name, icon }) => ({ id, name, icon: pictureUrl(config.discord.cdnHosts, icon) }))
      .toSorted((a, b) => a.name.localeCompare(b.name))
    return { servers, addable, problem: null }
  } catch (error) {
    return { servers, addable: [], problem: toProblem(error).message }
  }
}
