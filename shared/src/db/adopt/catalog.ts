import type { ClientBase } from 'pg'

/** What Postgres says about the tables of the current schema. */
export type Catalog = {
  tables: ReadonlyMap<string, ReadonlyMap<string, Column>>
  constraints: readonly Constraint[]
  /** Labels of the enums by name. */
  enums: ReadonlyMap<string, readonly string[]>
  schemas: ReadonlySet<string>
  /** Body of the function `set_updated_at`, or null when there is none. */
  updatedAtBody: string | null
}

export type Column = { type: string; isNullable: boolean; hasDefault: boolean }

/** A primary key, unique or foreign key as `pg_get_constraintdef` writes it. */
export type Constraint = { table: string; name: string; kind: 'p' | 'u' | 'f'; definition: string }

/** Reads the catalog in five statements. */
export async function readCatalog(client: ClientBase): Promise<Catalog> {
  const columns = await client.query<{
    table: string
    column: string
    type: string
    nullable: boolean
    default: boolean
  }>(`
    select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type,
      not a.attnotnull as nullable, (a.atthasdef or a.attidentity <> '') as default
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`)
  const constraints = await client.query<Constraint>(`
    select c.relname as "table", k.conname as name, k.contype as kind, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and k.contype in ('p', 'u', 'f')
    order by c.relname, k.conname`)
  const enums = await client.query<{ name: string; labels: string[] }>(`
    select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = (select oid from pg_namespace where nspname = current_schema()) group by t.typname`)
  const schemas = await client.query<{ name: string }>('select nspname as name from pg_namespace')
  const functions = await client.query<{ body: string }>(
    `select prosrc as body from pg_proc where proname = 'set_updated_at' and pronamespace = (select oid from pg_namespace where nspname = current_schema())`,
  )
  const tables = new Map<string, Map<string, Column>>()
  for (const row of columns.rows) {
    const table = tables.get(row.table) ?? new Map<string, Column>()
    tables.set(row.table, table.set(row.column, { type: row.type, isNullable: row.nullable, hasDefault: row.default }))
  }
  return {
    tables,
    constraints: constraints.rows,
    enums: new Map(enums.rows.map(({ name, labels }) => [name, labels])),
    schemas: new Set(schemas.rows.map(({ name }) => name)),
    updatedAtBody: functions.rows[0]?.body ?? null,
  }
}
