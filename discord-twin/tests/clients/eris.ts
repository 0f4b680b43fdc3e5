import { once } from 'node:events'
import https from 'node:https'
import net from 'node:net'
import {
  Client,
  CommandInteraction,
  Constants,
  VERSION,
  type Message,
  type PossiblyUncachedTextableChannel,
} from 'eris'
import type { ForeignClient, Place, SeenMessage } from './foreign-client.ts'

export const erisVersion = VERSION

/** This library speaks HTTPS only; its agent opens a plain connection instead. */
class PlainAgent extends https.Agent {
  override createConnection(options: { port?: number | string; host?: string | null }): net.Socket {
    return net.connect(Number(options.port), String(options.host))
  }
}

export function eris({ apiUrl, token }: Place): ForeignClient {
  const url = new URL(apiUrl)
  const agent = new PlainAgent({ port: Number(url.port) })
  const client = new Client(`Bot ${token}`, {
    intents: ['guilds', 'guildMessages', 'messageContent', 'guildMessageReactions'],
    rest: { domain: url.hostname, baseURL: `${url.pathname}/v10`, agent },
  })
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
      client.guilds.map(({ id, name, channels }) => ({
        id,
        name,
        channels: channels.map((channel) => ({ id: channel.id, name: channel.name })),
      })),
    history: async (channelId, page) => (await client.getMessages(channelId, page)).map(seen),
    post: async (channelId, content, file) =>
      seen(await client.createMessage(channelId, { content }, file && { name: file.name, file: file.bytes })),
    edit: async (channelId, messageId, content) => seen(await client.editMessage(channelId, messageId, { content })),
    remove: (channelId, messageId) => client.deleteMessage(channelId, messageId),
    react: (channelId, messageId, emoji) => client.addMessageReaction(channelId, messageId, emoji),
    startThread: async (channelId, messageId, name) => {
      const { id, parentID } = await client.createThreadWithMessage(channelId, messageId, {
        name,
        autoArchiveDuration: 1440,
      })
      return { id, parentId: parentID }
    },
    archive: async (threadId) => {
      await client.editChannel(threadId, { archived: true })
    },
    activeThreads: async (guildId) => (await client.getActiveGuildThreads(guildId)).threads.map(({ id }) => id),
    archivedThreads: async (channelId) =>
      (await client.getArchivedThreads(channelId, 'public')).threads.map(({ id }) => id),
    addCommand: async (guildId, name, answer) => {
      await client.createGuildCommand(guildId, {
        type: Constants.ApplicationCommandTypes.CHAT_INPUT,
        name,
        description: 'Says it again',
        options: [
          {
            type: Constants.ApplicationCommandOptionTypes.STRING,
            name: 'text',
            description: 'What',
            required: true,
          },
        ],
      })
      client.on('interactionCreate', (interaction) => {
        if (!(interaction instanceof CommandInteraction) || interaction.data.name !== name) return
        const [option] = interaction.data.options ?? []
        const text = option && 'value' in option ? String(option.value) : ''
        void (async () => {
          await interaction.defer()
          await interaction.editOriginalMessage(answer(text))
          await interaction.createFollowup('and that is all')
        })()
      })
    },
    logout: async () => client.disconnect({ reconnect: false }),
  }
}

function seen({ id, channel, content, attachments }: Message<PossiblyUncachedTextableChannel>): SeenMessage {
  return {
    id,
    channelId: channel.id,
    content,
    files: attachments.map(({ filename, url, size }) => ({ name: filename, url, size })),
  }
}
