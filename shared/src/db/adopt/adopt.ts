import type { ClientBase } from 'pg'
import { readCatalog, type Catalog } from './catalog.ts'
import { differencesFromOriginal, differencesFromTortoise } from './differences.ts'
import { HEAL_STATEMENTS } from './heal.ts'
import { ORIGINAL_TABLES, SCAN_STATUS, OUR_ENUMS, OUR_SCHEMA, OUR_TABLES } from './layout.ts'
import { finalRevision, historyMissing, notRecognised } from './refusals.ts'
import { convertTortoise } from './tortoise.ts'

/** Which of the original's layouts was adopted; `none` for a database without any of our names. */
export type Adoption = 'none' | 'original-sql' | 'original-tortoise'

/**
 * Looks at a database without a migration history and brings one of the original's two layouts to that of our first migration, with every row. To be called
 * inside the migration transaction. Throws `conflict` for everything else that has our names in it.
 */
export async function adoptDatabase(client: ClientBase): Promise<Adoption> {
  const catalog = await readCatalog(client)
  const taken = namesTaken(catalog)
  const isOriginal = Object.keys(ORIGINAL_TABLES).some((table) => catalog.tables.has(table))
  if (!isOriginal && taken.length === 0 && !catalog.enums.has('scan_status')) return 'none'
  if (catalog.tables.has('guild') && catalog.tables.has('channel') && catalog.tables.get('guild_settings')?.has('id'))
    throw finalRevision()

  if (isTortoise(catalog)) {
    const differences = [...differencesFromTortoise(catalog), ...taken, ...statusDifferences(catalog)]
    if (differences.length > 0) throw notRecognised(differences)
    await convertTortoise(client, catalog)
    await heal(client)
    const left = differencesFromOriginal(await readCatalog(client))
    if (left.length > 0) throw notRecognised(left)
    return 'original-tortoise'
  }

  if (!isOriginal)
    throw notRecognised([...taken, ...(catalog.enums.has('scan_status') ? ['type scan_status exists already'] : [])])

  const differences = differencesFromOriginal(catalog)
  if (
    differences.length === 0 &&
    catalog.tables.has('clips') &&
    catalog.tables.get('bot_guilds')?.has('discord_owner_id')
  )
    throw historyMissing()
  if (differences.length + taken.length > 0) throw notRecognised([...differences, ...taken])
  await heal(client)
  return 'original-sql'
}

/** The models are told by the two columns whose names only they use. */
function isTortoise({ tables }: Catalog): boolean {
  return Boolean(
    tables.get('bot_guilds')?.has('owner_user_id_id') &&
    tables.get('users')?.has('discriminator') &&
    !tables.get('users')?.has('id'),
  )
}

function namesTaken({ tables, enums, schemas, updatedAtBody }: Catalog): string[] {
  return [
    ...(isOtherFunction(updatedAtBody) ? ['function set_updated_at: there is one that does something else'] : []),
    ...OUR_TABLES.filter((table) => tables.has(table)).map((table) => `${table}: a table of this name exists already`),
    ...OUR_ENUMS.filter((name) => enums.has(name)).map((name) => `type ${name} exists already`),
    ...(schemas.has(OUR_SCHEMA) ? [`schema ${OUR_SCHEMA} exists already`] : []),
  ]
}

/** The enum may be there already: the original's bot makes it at each start, also where the models made the tables. */
function statusDifferences({ enums }: Catalog): string[] {
  const labels = enums.get('scan_status')
  return labels === undefined || labels.join() === SCAN_STATUS.join()
    ? []
    : [`type scan_status: found ${labels.join(', ')}`]
}

/** The original's function does nothing but set the column; another application's must not be replaced. */
function isOtherFunction(body: string | null): boolean {
  return (
    body !== null &&
    !/^begin new\.updated_at :?= (now\(\)|current_timestamp); return new; end;?$/.test(
      body.toLowerCase().replace(/\s+/g, ' ').trim(),
    )
  )
}

async function heal(client: ClientBase): Promise<void> {
  for (const statement of HEAL_STATEMENTS) await client.query(statement)
}
