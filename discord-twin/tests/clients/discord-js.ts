import { once } from 'node:events'
import {
  ApplicationCommandOptionType,
  Client,
  Events,
  GatewayIntentBits as Intents,
  version,
  type Message,
  type TextChannel,
  type ThreadChannel,
} from 'discord.js'
import type { ForeignClient, Place, SeenMessage } from './foreign-client.ts'

export const discordJsVersion = version

export function discordJs({ apiUrl, token }: Place): ForeignClient {
  const client = new Client({
    intents: [Intents.Guilds, Intents.GuildMessages, Intents.MessageContent, Intents.GuildMessageReactions],
    rest: { api: apiUrl },
  })
  const channel = async (id: string) => (await client.channels.fetch(id)) as TextChannel
  return {
    login: async (on) => {
      client.on(Events.MessageCreate, (message) => on.message(seen(message)))
      client.on(Events.ShardResume, on.resumed)
      const ready = once(client, Events.ClientReady)
      await client.login(token)
      await ready
    },
    guilds: () =>
      client.guilds.cache.map(({ id, name, channels }) => ({
        id,
        name,
        channels: channels.cache.map((found) => ({ id: found.id, name: found.name })),
      })),
    history: async (channelId, page) =>
      [...(await (await channel(channelId)).messages.fetch({ ...page, cache: false })).values()].map(seen),
    post: async (channelId, content, file) =>
      seen(
        await (
          await channel(channelId)
        ).send({ content, ...(file ? { files: [{ name: file.name, attachment: file.bytes }] } : {}) }),
      ),
    edit: async (channelId, messageId, content) =>
      seen(await (await channel(channelId)).messages.edit(messageId, { content })),
    remove: async (channelId, messageId) => (await channel(channelId)).messages.delete(messageId),
    react: async (channelId, messageId, emoji) => (await channel(channelId)).messages.react(messageId, emoji),
    startThread: async (channelId, messageId, name) => {
      const { id, parentId } = await (await channel(channelId)).threads.create({ name, startMessage: messageId })
      return { id, parentId }
    },
    archive: async (threadId) => {
      await ((await client.channels.fetch(threadId)) as ThreadChannel).setArchived(true)
    },
    activeThreads: async (guildId) => [
      ...(await client.guilds.cache.get(guildId)!.channels.fetchActiveThreads()).threads.keys(),
    ],
    archivedThreads: async (channelId) => [
      ...(await (await channel(channelId)).threads.fetchArchived()).threads.keys(),
    ],
    addCommand: async (guildId, name, answer) => {
      await client.application!.commands.create(
        {
          name,
          description: 'Says it again',
          options: [{ type: ApplicationCommandOptionType.String, name: 'text', description: 'What', required: true }],
        },
        guildId,
      )
      client.on(Events.InteractionCreate, (interaction) => {
        if (!interaction.isChatInputCommand() || interaction.commandName !== name) return
        void (async () => {
          await interaction.deferReply()
          await interaction.editReply(answer(interaction.options.getString('text', true)))
          await interaction.followUp('and that is all')
        })()
      })
    },
    logout: () => client.destroy(),
  }
}

function seen({ id, channelId, content, attachments }: Message): SeenMessage {
  return { id, channelId, content, files: attachments.map(({ name, url, size }) => ({ name, url, size })) }
}
