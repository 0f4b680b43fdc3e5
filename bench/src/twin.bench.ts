import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual } from 'node:util'
import { REST } from '@discordjs/rest'
import { createReport } from './figures.ts'
import { memoryOf, startTwinProcess } from './twin/process.ts'
import { readBackwards, readForwards, type Reader } from './twin/paging.ts'

const MESSAGES = 10_000_000
const PAGED = 100_000
const TWICE = 50_000

const report = createReport('twin', process.argv.includes('--json'))
const twin = await startTwinProcess(['--world', 'large', '--messages', String(MESSAGES)])
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = 130
    twin.stop()
  })
}
try {
  report.say('a world of 10,000,000 messages, 200 channels and 10,000 clips, as a process of its own')
  report.add('from nothing to the first answer', twin.startedInMs, 'ms', '<= 1000')
  report.add('memory after the start (resident)', memoryOf(twin.pid).now, 'MB', '<= 200')
  const rest = new REST({
    api: twin.apiUrl,
    version: '10',
    globalRequestsPerSecond: Number.POSITIVE_INFINITY,
  }).setToken(twin.botToken)
  const viaRest: Reader = async (path) => (await rest.get(path)) as never
  const viaFetch: Reader = async (path) => {
    const response = await fetch(`${twin.apiUrl}/v10${path}`, { headers: { authorization: `Bot ${twin.botToken}` } })
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return (await response.json()) as never
  }
  const channels = await twin.readableChannels()
  const large = channels.find(({ messages }) => messages >= PAGED)
  const twice = channels.filter(({ messages }) => messages >= TWICE).at(-1)
  if (!large || !twice) throw new Error('The world has no channel of that size.')

  report.say(`paging ${PAGED} messages of one channel, 100 a page, one request after the other, limits off`)
  for (const [name, read] of [
    ['fetch', viaFetch],
    ['@discordjs/rest', viaRest],
  ] as const) {
    const begun = performance.now()
    const count = (await readBackwards(read, large.id, PAGED)).length
    if (count !== PAGED) throw new Error(`${count} messages were read.`)
    report.add(`messages a second, ${name}`, count / ((performance.now() - begun) / 1000), '/s', '>= 5000')
  }

  report.say(`${twice.messages} messages of one channel, all of them, forwards and backwards`)
  const forwards = await readForwards(viaFetch, twice.id)
  const backwards = await readBackwards(viaFetch, twice.id)
  const differing = forwards.filter((message, index) => !isDeepStrictEqual(message, backwards.at(-1 - index))).length
  report.add(
    'messages that differ from those read backwards or from the number told',
    differing + Math.abs(forwards.length - backwards.length) + Math.abs(forwards.length - twice.messages),
    '',
    '<= 0',
  )
  report.say('search in the guild of that channel')
  for (const [what, query] of [
    ['videos', 'has=video'],
    ['two words', 'content=one+more'],
  ] as const) {
    const begun = performance.now()
    await viaFetch(`/guilds/${twice.guild_id}/messages/search?${query}`)
    report.add(`first answer to a search for ${what}`, performance.now() - begun, 'ms', '<= 1000')
  }
  const memory = memoryOf(twin.pid)
  report.add('memory after all of it (resident)', memory.now, 'MB', '<= 200')
  report.add('memory at most', memory.most, 'MB', '<= 200')
} finally {
  twin.stop()
}
