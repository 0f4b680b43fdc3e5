import path from 'node:path'
import { loadConfig } from '@dcs/shared/config'
import { AppError } from '@dcs/shared/core'
import {
  baseline,
  closeDb,
  database,
  getConfig,
  generateMigrationFiles,
  initDb,
  lastMigration,
  migrationStatus,
  rollback,
  stopEmbeddedPostgres,
} from '@dcs/shared/db'
import { Command, InvalidArgumentError } from 'commander'

/** `dcs db …`: the tables of the database and the embedded server. */
export function dbCommand(): Command {
  const command = new Command('db').description(
    'look after the database: the one of DATABASE_URL, or the embedded one in --data',
  )
  const sub = (name: string, description: string) =>
    command.command(name).description(description).option('--data <folder>', 'data folder of the embedded Postgres')

  sub('generate', 'write the next migration from the models (for developers)')
    .argument('<name>', 'what it does, in words joined by "-"')
    .action(async (name: string) => {
      const folder = await generateMigrationFiles(name)
      print(
        folder === null
          ? 'The models have not changed; nothing was written.'
          : `Wrote ${path.relative(process.cwd(), folder)}: read migration.sql and down.sql before you commit them.`,
      )
    })
  sub('migrate', 'create, adopt or migrate the tables').action(async (options: Options) => {
    await withDatabase(options, true, async () => {
      const { adopted, applied } = lastMigration()
      if (adopted !== 'none') print(`Adopted a database of the original (${adopted}); every row was kept.`)
      print(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
    })
  })
  sub('rollback', 'undo the newest migration, or the newest [n]; rows that go are copied to the schema dcs_kept')
    .argument('[n]', 'how many', parseCount, 1)
    .action(async (count: number, options: Options) => {
      await withDatabase(options, false, async (client) => {
        const { undone, kept } = await rollback(client, count)
        for (const copy of kept) print(`Kept ${copy.rows} rows in ${copy.table}.`)
        print(`Rolled back ${undone.join(', ')}.`)
      })
    })
  sub('status', 'list the migrations and what is applied').action(async (options: Options) => {
    await withDatabase(options, false, async (client) => {
      for (const { name, state, appliedAt } of await migrationStatus(client)) {
        print(`${state.padEnd(8)} ${name}${appliedAt ? `  ${appliedAt.toISOString()}` : ''}`)
      }
    })
  })
  sub('baseline', 'record migrations as applied without running them, for a database that lost its history')
    .argument('[migration]', 'the last one to record; all when left out')
    .action(async (migration: string | undefined, options: Options) => {
      await withDatabase(options, false, async (client) => {
        for (const name of await baseline(client, migration)) print(`Recorded ${name} as applied.`)
      })
    })
  sub(
    'url',
    'print the address of the database, with its password; starts the embedded one, which then runs until stop',
  ).action(async (options: Options) => {
    const target = toTarget(options)
    if (target.url) return print(target.url)
    // Only the pool is closed: the server goes on for whoever uses the address, until `db stop` or the last program that comes after leaves it.
    const opened = await initDb({ ...target, applicationName: 'dcs-cli', poolMax: 1, migrate: false })
    print(getConfig().url)
    await opened.$client.end()
  })
  sub('stop', 'stop the embedded Postgres').action(async (options: Options) => {
    const directory = requireDirectory(toTarget(options))
    print((await stopEmbeddedPostgres(directory)) ? 'Stopped.' : 'It was not running.')
  })
  return command
}

type Options = { data?: string }
type Target = { url?: string; directory?: string }

function toTarget(options: Options): Target {
  if (options.data !== undefined) return { directory: path.join(path.resolve(options.data), 'postgres') }
  const { database: config } = loadConfig()
  return config.kind === 'server' ? { url: config.url } : { directory: config.directory }
}

function requireDirectory(target: Target): string {
  if (target.directory !== undefined) return target.directory
  throw new AppError(
    'invalid-input',
    'DATABASE_URL names a server of yours, so there is no embedded Postgres to look after.',
  )
}

async function withDatabase(
  options: Options,
  migrate: boolean,
  work: (client: Parameters<typeof rollback>[0]) => Promise<void>,
): Promise<void> {
  await initDb({ ...toTarget(options), applicationName: 'dcs-cli', migrate })
  try {
    const client = await database().$client.connect()
    try {
      await work(client)
    } finally {
      client.release()
    }
  } finally {
    await closeDb()
  }
}

function parseCount(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('it must be a whole number from 1.')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
