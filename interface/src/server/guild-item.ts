import { mayManage } from '@dcs/shared/domain'
import type { GuildItem } from '../lib/api-types.ts'
import type { ViewerGuild } from './viewer.ts'

/** A guild as a browser sees it. */
export function toGuildItem({ guild, access, icon }: ViewerGuild): GuildItem {
  return { id: guild.guildId, name: guild.name, icon, canManage: mayManage(access) }
}
