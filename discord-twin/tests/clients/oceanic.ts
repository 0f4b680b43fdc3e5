import { once } from 'node:events'
import {
  ApplicationCommandOptionTypes,
  ApplicationCommandTypes,
  Client,
  Constants,
  InteractionTypes,
  type AnyTextableGuildChannel,
  type Message,
} from 'oceanic.js'
import type { ForeignClient, Place, SeenMessage } from './foreign-client.ts'

export const oceanicVersion = Constants.VERSION

export function oceanic({ apiUrl, token }: Place): ForeignClient {
  const client = new Client({
    auth: `Bot ${token}`,
    rest: { baseURL: `${apiUrl}/v10` },
    gateway: { intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT', 'GUILD_MESSAGE_REACTIONS'] },
  })
  const { channels, guilds, applications } = client.rest
  return {
    login: async (on) => {
      client.on('error', () => {
        // A cut connection is an error to this library; it connects again by itself.
      })
      client.on('messageCreate', (message) => on.message(seen(message)))
      client.on('shardResume', on.resumed)
      const ready = once(client, 'ready')
      await client.connect()
      await ready
    },
    guilds: () =>
      client.guilds.map(({ id, name, channels: found }) => ({
        id,
        name,
        channels: found.map((channel) => ({ id: channel.id, name: channel.name })),
      })),
    history: async (channelId, page) => (await channels.getMessages(channelId, page)).map(seen),
    post: async (channelId, content, file) =>
      seen(
        await channels.createMessage<AnyTextableGuildChannel>(channelId, {
          content,
          ...(file ? { files: [{ name: file.name, contents: file.bytes }] } : {}),
        }),
      ),
    edit: async (channelId, messageId, content) => seen(await channels.editMessage(channelId, messageId, { content })),
    remove: (channelId, messageId) => channels.deleteMessage(channelId, messageId),
    react: (channelId, messageId, emoji) => channels.createReaction(channelId, messageId, emoji),
    startThread: async (channelId, messageId, name) => {
      const { id, parentID } = await channels.startThreadFromMessage(channelId, messageId, { name })
      return { id, parentId: parentID }
    },
    archive: async (threadId) => {
      await channels.edit(threadId, { archived: true })
    },
    activeThreads: async (guildId) => (await guilds.getActiveThreads(guildId)).threads.map(({ id }) => id),
    archivedThreads: async (channelId) =>
      (await channels.getPublicArchivedThreads(channelId)).threads.map(({ id }) => id),
    addCommand: async (guildId, name, answer) => {
      await applications.createGuildCommand(client.application.id, guildId, {
        type: ApplicationCommandTypes.CHAT_INPUT,
        name,
        description: 'Says it again',
        options: [{ type: ApplicationCommandOptionTypes.STRING, name: 'text', description: 'What', required: true }],
      })
      client.on('interactionCreate', (interaction) => {
        if (interaction.type !== InteractionTypes.APPLICATION_COMMAND || interaction.data.name !== name) return
        void (async () => {
          await interaction.defer()
          await interaction.editOriginal({ content: answer(interaction.data.options.getString('text', true)) })
          await interaction.createFollowup({ content: 'and that is all' })
        })()
      })
    },
    logout: async () => client.disconnect(false),
  }
}

function seen({ id, channelID, content, attachments }: Message): SeenMessage {
  return {
    id,
    channelId: channelID,
    content,
    files: attachments.map(({ filename, url, size }) => ({ name: filename, url, size })),
  }
}
