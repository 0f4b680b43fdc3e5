import { isDeepStrictEqual } from 'node:util'
import { database, getConfig, listGuildsWithChannels, syncGuilds } from '@dcs/shared/db'
import pg from 'pg'
import { prefetchByHand, upsertByArrays, upsertByJson } from './db/by-hand.ts'
import { prefetchRowByRow, upsertRowByRow } from './db/row-by-row.ts'
import { makeWorld } from './db/world.ts'
import { createReport } from './figures.ts'
import { median, ratio, runRounds, spread, time, type Times } from './rounds.ts'
import { openScratchDatabase } from './scratch-database.ts'

const report = createReport('db', process.argv.includes('--json'))
const world = makeWorld(100, 100)
// Row by row takes long; a part is measured and multiplied.
const part = world.slice(0, 20)

const scratch = await openScratchDatabase()
const client = new pg.Client(getConfig().url)
let leaving: Promise<void> | undefined
const leave = () =>
  (leaving ??= (async () => {
    await client.end()
    await scratch.remove()
  })())
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = 130
    void leave()
  })
}

try {
  await client.connect()
  // A vacuum at the wrong moment would be counted as somebody's time.
  for (const table of ['bot_guilds', 'bot_channels'])
    await client.query(`alter table ${table} set (autovacuum_enabled = false)`)
  await benchUpsert()
  await benchPrefetch()
} catch (error) {
  // Whoever ends it takes the connection away from under what runs.
  if (!leaving) throw error
} finally {
  await leave()
}

async function benchUpsert(): Promise<void> {
  const ways = {
    ours: () => syncGuilds(world),
    arrays: () => upsertByArrays(client, world),
    json: () => upsertByJson(client, world),
  }
  for (const [rows, prepare, rounds] of [
    ['new', clear, 7],
    ['stored', fill, 11],
  ] as const) {
    const { ours, arrays, json } = await runRounds(
      {
        ours: { prepare, run: ways.ours },
        arrays: { prepare, run: ways.arrays },
        json: { prepare, run: ways.json },
      },
      rounds,
    )
    report.say(`upsert of 100 guilds x 100 channels, ${rows} rows, ${rounds} rounds`)
    compare(`upsert of ${rows} rows`, ours, median(arrays) < median(json) ? arrays : json)
  }
  const loop = await time({ prepare: fill, run: () => upsertRowByRow(client, part) })
  const once = await time({ prepare: fill, run: ways.ours })
  compareWithLoop('upsert of stored rows', once, loop)
}

async function benchPrefetch(): Promise<void> {
  const ways = {
    repository: () => listGuildsWithChannels(),
    relations: () => database().query.botGuilds.findMany({ with: { channels: true } }),
    byHand: () => prefetchByHand(client),
  }
  await fill()
  const truth = byId(await ways.byHand())
  for (const way of [ways.repository, ways.relations])
    if (!isDeepStrictEqual(byId(await way()), truth)) throw new Error('Not all ways read the same.')
  const { repository, relations, byHand } = await runRounds(
    { repository: { run: ways.repository }, relations: { run: ways.relations }, byHand: { run: ways.byHand } },
    25,
  )
  report.say('prefetch of 100 guilds with their 100 channels, 25 rounds')
  compare('prefetch', repository, byHand)
  reportTimes('prefetch as a relation: ours', relations)
  // For information: the programs use the repository.
  report.add('prefetch as a relation: ours over the best SQL by hand', ratio(relations, byHand), 'x')
  compareWithLoop('prefetch', median(repository), await time({ run: () => prefetchRowByRow(client, part) }))
}

function clear(): Promise<unknown> {
  return client.query('truncate bot_guilds cascade')
}

async function fill(): Promise<void> {
  await clear()
  await upsertByArrays(client, world)
  await client.query('vacuum analyze bot_guilds, bot_channels')
}

function compare(what: string, ours: Times, best: Times): void {
  reportTimes(`${what}: ours`, ours)
  reportTimes(`${what}: best SQL by hand`, best)
  report.add(`${what}: ours over the best SQL by hand`, ratio(ours, best), 'x', '<= 1.3')
}

function compareWithLoop(what: string, ours: number, partOfLoop: number): void {
  const loop = (partOfLoop / part.length) * world.length
  report.add(`${what}: row by row (20 guilds, times 5)`, loop, 'ms')
  report.add(`${what}: row by row over ours`, loop / ours, 'x', '>= 20')
}

function reportTimes(what: string, times: Times): void {
  report.add(`${what}, median`, median(times), 'ms')
  report.add(`${what}, slowest over fastest round`, spread(times), 'x')
}

/** The same in one order: neither side promises one. */
function byId(guilds: Awaited<ReturnType<typeof prefetchByHand>>) {
  return guilds
    .toSorted((a, b) => a.guildId.localeCompare(b.guildId))
    .map(({ channels, ...guild }) => ({
      ...guild,
      channels: channels.toSorted((a, b) => a.channelId.localeCompare(b.channelId)),
    }))
}
