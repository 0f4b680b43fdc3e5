import type { Catalog, Column } from './catalog.ts'
import { ORIGINAL_CONSTRAINTS, ORIGINAL_TABLES, SCAN_STATUS, TORTOISE_TABLES } from './layout.ts'

/** How the database differs from the original's raw SQL layout; empty when it is that. Extra columns are fine when old inserts can leave them out. */
export function differencesFromOriginal(catalog: Catalog): string[] {
  const columns = compareTables(catalog, ORIGINAL_TABLES, (column, expected) => {
    const found = `${column.type}${column.isNullable ? '' : '!'}${column.hasDefault ? '=' : ''}`
    return found === expected ? null : `expected ${inWords(expected)}, found ${inWords(found)}`
  })
  const labels = catalog.enums.get('scan_status')
  const status =
    labels?.join() === SCAN_STATUS.join()
      ? []
      : [`type scan_status: expected ${SCAN_STATUS.join(', ')}, found ${labels?.join(', ') ?? 'nothing'}`]
  const keys = ORIGINAL_CONSTRAINTS.filter(
    ([table, kind, definition]) =>
      catalog.tables.has(table) &&
      !catalog.constraints.some(
        (found) => found.table === table && found.kind === kind && found.definition === definition,
      ),
  ).map(([table, , definition]) => `${table}: ${definition} is missing`)
  return [...columns, ...status, ...keys]
}

/** How the database differs from the original's Tortoise layout; empty when it is that. */
export function differencesFromTortoise(catalog: Catalog): string[] {
  return compareTables(catalog, TORTOISE_TABLES, (column, expected) =>
    familyOf(column.type) === expected ? null : `expected ${expected}, found ${column.type}`,
  )
}

function compareTables<E>(
  catalog: Catalog,
  layout: Readonly<Record<string, Readonly<Record<string, E>>>>,
  compare: (column: Column, expected: E) => string | null,
): string[] {
  return Object.entries(layout).flatMap(([table, expected]) => {
    const found = catalog.tables.get(table)
    if (!found) return [`${table}: the table is missing`]
    const wrong = Object.entries(expected).flatMap(([name, type]) => {
      const column = found.get(name)
      const problem = column ? compare(column, type) : 'the column is missing'
      return problem === null ? [] : [`${table}.${name}: ${problem}`]
    })
    const extra = [...found]
      .filter(([name, column]) => !(name in expected) && !column.isNullable && !column.hasDefault)
      .map(([name]) => `${table}.${name}: an unknown column that must be filled`)
    return [...wrong, ...extra]
  })
}

function inWords(type: string): string {
  const name = type.replace(/[!=]+$/, '')
  return `${name}${type.includes('!') ? ' not null' : ''}${type.includes('=') ? ' with a default' : ''}`
}

function familyOf(type: string): string {
  if (type === 'text' || type.startsWith('character varying')) return 'text'
  return type === 'timestamp with time zone' ? 'time' : type
}
