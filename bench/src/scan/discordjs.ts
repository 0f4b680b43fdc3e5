import { Client, GatewayIntentBits, Options, type TextChannel } from 'discord.js'

// A bare loop of discord.js that reads channels to their beginning and stores nothing. Prints what it cost as JSON.
const { apiUrl, token, channelIds } = JSON.parse(process.argv[2] ?? '{}') as {
  apiUrl: string
  token: string
  channelIds: string[]
}
const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: apiUrl, globalRequestsPerSecond: 1_200 },
  // Nothing is kept: the loop shall be as light as it can be.
  makeCache: Options.cacheWithLimits({ MessageManager: 0, ReactionManager: 0 }),
})
const ready = new Promise<void>((resolve) => client.once('clientReady', () => resolve()))
await client.login(token)
await ready

const [cpu, begun] = [process.cpuUsage(), performance.now()]
let messages = 0
await Promise.all(
  channelIds.map(async (id) => {
    const channel = (await client.channels.fetch(id)) as TextChannel
    for (let before: string | undefined; ;) {
      const page = await channel.messages.fetch({ limit: 100, cache: false, ...(before ? { before } : {}) })
      messages += page.size
      before = page.lastKey()
      if (page.size < 100) break
    }
  }),
)
const { user, system } = process.cpuUsage(cpu)
process.stdout.write(
  `${JSON.stringify({ messages, cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - begun) / 1_000 })}\n`,
)
await client.destroy()
