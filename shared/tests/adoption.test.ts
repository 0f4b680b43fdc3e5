import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCatalog } from '../src/db/adopt/catalog.ts'
import { listMigrations } from '../src/db/migrate/files.ts'
import { migrate } from '../src/db/migrate/migrate.ts'
import { rollback } from '../src/db/migrate/rollback.ts'
import { oldStatements, startUpStatements } from './fixtures/old-statements.ts'
import { createMigratedDatabase, createTestDatabase, withClient, type TestDatabase } from './test-database.ts'

const TABLES = ['users', 'bot_guilds', 'guild_settings', 'bot_channels', 'bot_channel_scan_runs', 'install_intents']
const fixture = (name: string) => fs.readFileSync(path.join(import.meta.dirname, 'fixtures', `${name}.sql`), 'utf8')

/** Every row of the six tables with every column as text, in the order of the keys. Times without a zone are read as UTC. */
async function snapshot(
  client: pg.ClientBase,
  columnsOf?: Record<string, string[]>,
): Promise<Record<string, Record<string, unknown>[]>> {
  await client.query(`set timezone to 'UTC'`)
  const rows: Record<string, Record<string, unknown>[]> = {}
  for (const table of TABLES) {
    const { tables } = await readCatalog(client)
    const columns = columnsOf?.[table] ?? [...(tables.get(table)?.keys() ?? [])]
    const list = columns.map((column) => {
      const stored = column === 'owner_user_id_id' && !tables.get(table)?.has(column) ? 'owner_user_id' : column
      const isTime = tables.get(table)?.get(stored)?.type.startsWith('timestamp')
      const value = isTime
        ? `to_char("${stored}"::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`
        : `"${stored}"::text`
      return `${value} as "${column}"`
    })
    rows[table] = (await client.query(`select ${list.join(', ')} from ${table} order by 1, 2`)).rows.toSorted((a, b) =>
      JSON.stringify(a).localeCompare(JSON.stringify(b)),
    )
  }
  return rows
}

async function runOldStatements(client: pg.ClientBase): Promise<void> {
  await client.query(startUpStatements())
  for (const { name, sql, params, rows, first } of oldStatements) {
    const result = await client.query(sql, params)
    if (rows !== undefined) expect([name, result.rows.length]).toEqual([name, rows])
    if (first !== undefined) expect([name, result.rows[0]]).toMatchObject([name, first])
  }
}

const columnNames = (rows: Awaited<ReturnType<typeof snapshot>>) =>
  Object.fromEntries(Object.entries(rows).map(([table, [row]]) => [table, Object.keys(row ?? {})]))
const counts = (rows: Awaited<ReturnType<typeof snapshot>>) =>
  Object.fromEntries(Object.entries(rows).map(([table, list]) => [table, list.length]))

describe.each([
  [
    'original-sql',
    { users: 3, bot_guilds: 3, guild_settings: 3, bot_channels: 4, bot_channel_scan_runs: 5, install_intents: 2 },
    0,
  ],
  [
    'original-tortoise',
    { users: 2, bot_guilds: 2, guild_settings: 2, bot_channels: 2, bot_channel_scan_runs: 5, install_intents: 2 },
    1,
  ],
] as const)('adopting %s', (kind, rowCounts, addedUsers) => {
  let db: TestDatabase
  let client: pg.Client

  beforeEach(async () => {
    db = await createTestDatabase()
    client = new pg.Client({ connectionString: db.url })
    await client.connect()
    await client.query(fixture(kind))
  })
  afterEach(async () => {
    await client.end()
    await db.drop()
  })

  /** Rows compare equal column by column; a person known only from an intent is the one row that may be added. */
  const expectKept = (before: Awaited<ReturnType<typeof snapshot>>, after: Awaited<ReturnType<typeof snapshot>>) => {
    expect(counts(before)).toEqual(rowCounts)
    expect(counts(after)).toEqual({ ...rowCounts, users: rowCounts.users + addedUsers })
    for (const table of TABLES) expect(after[table]).toEqual(expect.arrayContaining(before[table]!))
  }

  it('keeps every value of every row', async () => {
    const before = await snapshot(client)
    expect(await migrate(client)).toMatchObject({ adopted: kind })
    expectKept(before, await snapshot(client, columnNames(before)))
  })

  it('ends with the tables that a new database gets', async () => {
    await migrate(client)
    const fresh = await createMigratedDatabase()
    const shape = async (connection: pg.ClientBase) => {
      const { tables, constraints, enums } = await readCatalog(connection)
      const indexes = await connection.query(
        `select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename = any($1) order by 1`,
        [TABLES],
      )
      const triggers = await connection.query(
        `select pg_get_triggerdef(oid) as definition from pg_trigger where not tgisinternal order by 1`,
      )
      const columns = TABLES.map((table) => [
        table,
        [...(tables.get(table) ?? [])]
          .filter(([name]) => !(table === 'users' && ['discriminator', 'created_at', 'updated_at'].includes(name)))
          .toSorted(([a], [b]) => a.localeCompare(b)),
      ])
      return {
        columns,
        constraints: constraints.filter(({ table }) => TABLES.includes(table)),
        enums: enums.get('scan_status'),
        indexes: indexes.rows,
        triggers: triggers.rows,
      }
    }
    expect(await shape(client)).toEqual(await withClient(fresh.url, shape))
    await fresh.drop()
  })

  it('lets every statement of the original run and mean the same, also after rollback and migrating again', async () => {
    const before = await snapshot(client)
    const names = columnNames(before)
    await migrate(client)
    await runOldStatements(client)
    await client.query(
      `insert into clips (id, guild_id, channel_id, message_id, filename, size_bytes, url, posted_at) values ('1', '81384788765712384', '41771983423143937', '2', 'a.mp4', 1, 'https://x', now())`,
    )
    const { undone, kept } = await rollback(client, listMigrations().length - 1)
    expect(undone).toHaveLength(listMigrations().length - 1)
    expect(kept).toContainEqual({ table: expect.stringMatching(/^dcs_kept.clips_/), rows: 1 })
    expectKept(before, await snapshot(client, names))
    await runOldStatements(client)
    expect((await migrate(client)).applied).toEqual(undone.toReversed())
    expectKept(before, await snapshot(client, names))
    await runOldStatements(client)
    const copies = await client.query(
      `select tablename from pg_tables where schemaname = 'dcs_kept' and tablename like 'clips%'`,
    )
    const copy = await client.query(`select row from dcs_kept."${copies.rows[0].tablename}"`)
    expect(copy.rows).toMatchObject([{ row: { id: '1', filename: 'a.mp4' } }])
  })

  it('works from six processes at once', async () => {
    const before = await snapshot(client)
    const processes = Array.from({ length: 6 }, () => initInProcess(db.url))
    expect(await Promise.all(processes.map(({ code }) => code))).toEqual([0, 0, 0, 0, 0, 0])
    expectKept(before, await snapshot(client, columnNames(before)))
    expect((await client.query('select count(*)::int as count from drizzle.__drizzle_migrations')).rows).toEqual([
      { count: listMigrations().length },
    ])
  })

  it('leaves everything as it was when it is killed half-way, and works the next time', async () => {
    const before = await snapshot(client)
    // Holds the adoption up at a table it must change, until it is killed.
    await client.query('begin; lock table bot_channels in access exclusive mode')
    const { child, code } = initInProcess(db.url)
    const waiting = async () =>
      (
        await client.query(
          `select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
        )
      ).rowCount
    while (!(await waiting())) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGKILL')
    await code
    await client.query('rollback')
    expect(await snapshot(client)).toEqual(before)
    expect((await migrate(client)).adopted).toBe(kind)
  })
})

describe('a database that is not ours', () => {
  let db: TestDatabase
  let client: pg.Client

  beforeEach(async () => {
    db = await createTestDatabase()
    client = new pg.Client({ connectionString: db.url })
    await client.connect()
  })
  afterEach(async () => {
    await client.end()
    await db.drop()
  })

  const expectRefusal = async (...messages: string[]) => {
    const tablesBefore = await client.query('select schemaname, tablename from pg_tables order by 1, 2')
    const error = await migrate(client).then(
      () => null,
      (cause: Error) => cause,
    )
    expect(error).toMatchObject({ code: 'conflict' })
    for (const message of messages) expect(error?.message).toContain(message)
    expect((await client.query('select schemaname, tablename from pg_tables order by 1, 2')).rows).toEqual(
      tablesBefore.rows,
    )
  }

  it('is refused when it has a users table of something else', async () => {
    await client.query('create table users (id bigint primary key, email text not null)')
    await expectRefusal(
      'users.id: expected integer not null with a default, found bigint not null',
      'users.discord_user_id: the column is missing',
      'bot_guilds: the table is missing',
      'DATABASE_URL',
    )
  })

  it('is refused when a column of the original has another type', async () => {
    await client.query(fixture('original-sql'))
    await client.query('delete from bot_channels; alter table bot_channels alter column message_count type integer')
    await expectRefusal(
      'bot_channels.message_count: expected bigint not null with a default, found integer not null with a default',
    )
  })

  it('is refused when an unknown column must be filled', async () => {
    await client.query(fixture('original-sql'))
    await client.query(
      'alter table bot_guilds add column region text not null default 1; alter table bot_guilds alter column region drop default',
    )
    await expectRefusal('bot_guilds.region: an unknown column that must be filled')
  })

  it('is refused when one of our names is taken', async () => {
    await client.query('create table clips (id int)')
    await expectRefusal('clips: a table of this name exists already')
  })

  it('is refused when it is the final revision of the original', async () => {
    await client.query(`create table guild (id varchar(64) primary key); create table channel (id varchar(64) primary key); create table clip (id varchar(32) primary key);
      create table guild_settings (id serial primary key, guild_id varchar(64) unique not null, settings jsonb, default_channel_settings jsonb)`)
    await expectRefusal('final revision of the original')
  })

  it('is refused with the way out when it is ours without its history', async () => {
    await migrate(client)
    await client.query('drop schema drizzle cascade')
    await expectRefusal('npm run dcs -- db baseline')
  })

  it('is refused when rows of the models do not fit, with how many and the statement that removes them', async () => {
    await client.query(fixture('original-tortoise'))
    await client.query(
      `insert into install_intents (state, user_id, guild_id, expires_at) values ('x', null, '1', now()), ('y', null, '1', now())`,
    )
    await client.query(`update bot_channel_scan_runs set status = 'paused' where status = 'queued'`)
    await expectRefusal(
      'install_intents: 2 rows without user_id',
      'delete from install_intents where user_id is null;',
      'bot_channel_scan_runs: 1 row with a status that does not exist: paused',
    )
  })

  it('is refused when it is newer than the program', async () => {
    await migrate(client)
    await client.query(
      `insert into drizzle.__drizzle_migrations (hash, created_at, name) values ('x', 99999999999999, '20990101000000_future')`,
    )
    await expectRefusal('newer than this program', '20990101000000_future')
  })

  it('is refused when a function of something else has the name of ours', async () => {
    await client.query(
      `create function set_updated_at() returns trigger language plpgsql as $$ begin perform 1; return new; end $$`,
    )
    await client.query('create table clips_of_others (id int)')
    await expectRefusal('function set_updated_at: there is one that does something else')
  })

  it('adopts tables of the models on which the old bot was started as well', async () => {
    await client.query(fixture('original-tortoise'))
    await client.query(`create type scan_status as enum ('queued', 'running', 'succeeded', 'failed', 'canceled')`)
    await client.query(
      `create function set_updated_at() returns trigger as $$ begin new.updated_at = now(); return new; end $$ language plpgsql`,
    )
    expect(await migrate(client)).toMatchObject({ adopted: 'original-tortoise' })
  })

  it('keeps tables of others with other names', async () => {
    await client.query('create table sessions (id int); insert into sessions values (1)')
    expect(await migrate(client)).toMatchObject({ adopted: 'none' })
    expect((await client.query('select * from sessions')).rows).toEqual([{ id: 1 }])
  })

  it('heals what the original makes anew at each start', async () => {
    await client.query(fixture('original-sql'))
    await client.query('drop trigger trg_bot_channels_updated_at on bot_channels; drop index idx_bot_channels_work')
    expect(await migrate(client)).toMatchObject({ adopted: 'original-sql' })
    expect((await client.query(`select 1 from pg_indexes where indexname = 'idx_bot_channels_work'`)).rowCount).toBe(1)
    expect((await client.query(`select 1 from pg_trigger where tgname = 'trg_bot_channels_updated_at'`)).rowCount).toBe(
      1,
    )
  })
})

it('creates the tables of an empty database from six processes at once', async () => {
  const db = await createTestDatabase()
  const codes = await Promise.all(Array.from({ length: 6 }, () => initInProcess(db.url).code))
  expect(codes).toEqual([0, 0, 0, 0, 0, 0])
  expect(
    await withClient(db.url, async (client) => (await client.query('select count(*)::int as count from clips')).rows),
  ).toEqual([{ count: 0 }])
  await db.drop()
})

it('never rolls back the tables of the original', async () => {
  const db = await createMigratedDatabase()
  await withClient(db.url, async (client) => {
    await expect(rollback(client, listMigrations().length)).rejects.toThrow('never rolled back')
    await rollback(client, listMigrations().length - 1)
    await expect(rollback(client, 1)).rejects.toThrow('never rolled back')
    expect((await readCatalog(client)).tables.has('bot_guilds')).toBe(true)
  })
  await db.drop()
})

/** A process that does what every program does first. */
function initInProcess(url: string) {
  const module = new URL('../src/db/index.ts', import.meta.url).href
  const source = `import { closeDb, initDb } from '${module}'; await initDb({ url: process.argv[1] }); await closeDb()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source, url], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return { child, code: new Promise<number | null>((resolve) => child.once('exit', resolve)) }
}
