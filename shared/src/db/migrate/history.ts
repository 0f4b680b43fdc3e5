import type { ClientBase } from 'pg'
import type { Migration } from './files.ts'

/** A migration that a database has. */
export type Applied = { name: string; appliedAt: Date }

/** Makes the table of applied migrations (the one drizzle-orm's own migrator uses) if it is missing. */
export async function ensureHistory(client: ClientBase): Promise<void> {
  await client.query(`create schema if not exists drizzle`)
  await client.query(`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint, name text, applied_at timestamptz default now())`)
}

/** What has been applied, oldest first; empty when the table is missing. */
export async function readHistory(client: ClientBase): Promise<Applied[]> {
  // Not to_regclass(): its answer may come from a cache that a process which waited for the lock has not refreshed.
  const found = await client.query<{ found: boolean }>(`select exists (
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'drizzle' and c.relname = '__drizzle_migrations') as found`)
  if (!found.rows[0]?.found) return []
  const { rows } = await client.query<Applied>(
    `select name, applied_at as "appliedAt" from drizzle.__drizzle_migrations order by created_at, name`,
  )
  return rows
}

export async function addToHistory(client: ClientBase, migration: Migration): Promise<void> {
  await client.query(`insert into drizzle.__drizzle_migrations (hash, created_at, name) values ($1, $2, $3)`, [
    migration.hash,
    migration.createdAtMs,
    migration.name,
  ])
}

export async function removeFromHistory(client: ClientBase, name: string): Promise<void> {
  await client.query(`delete from drizzle.__drizzle_migrations where name = $1`, [name])
}
