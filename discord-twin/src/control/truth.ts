import type { TwinContext } from '../context.ts'
import { canRead, isThreadType } from '../world/permissions.ts'

/** The whole truth about the world: who is where, and every clip with who may see it. */
export function truth({ world }: TwinContext) {
  const channels = [...world.channels.values()]
  return {
    bot_id: world.botId,
    people: [...world.people.values()]
      .filter(({ bot }) => !bot)
      .map(({ id, username, globalName }) => ({ id, username, global_name: globalName })),
    guilds: [...world.guilds.values()].map((guild) => ({
      id: guild.id,
      name: guild.name,
      owner_id: guild.ownerId,
      has_bot: world.botGuilds.has(guild.id),
      member_ids: [...guild.members.keys()],
    })),
    channels: channels.map((channel) => ({
      id: channel.id,
      guild_id: channel.guildId,
      name: channel.name,
      type: channel.type,
      parent_id: channel.parentId,
      is_thread: isThreadType(channel.type),
      archived: channel.thread?.archived ?? false,
      readable_by_bot: canRead(world.permissionsIn(channel, world.botId)),
      messages: channel.messages.length,
      reader_ids: world.readersOf(channel),
    })),
    clips: channels.flatMap((channel) =>
      [...channel.messages].flatMap((message) =>
        [...message.attachments, ...(message.forward?.attachments ?? [])]
          .filter(({ contentType }) => contentType?.startsWith('video/'))
          .map((file) => ({
            id: file.id,
            guild_id: channel.guildId,
            channel_id: channel.id,
            message_id: message.id,
            forwarded: !message.attachments.includes(file),
            media: file.mediaKey,
            reader_ids: world.readersOf(channel),
          })),
      ),
    ),
  }
}
