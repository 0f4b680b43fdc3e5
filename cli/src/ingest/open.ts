import path from 'node:path'
import { loadConfig } from '@dcs/shared/config'
import { AppError, createLogger } from '@dcs/shared/core'
import { closeDb, initDb, listRunningPrograms } from '@dcs/shared/db'
import { openQueue, type Queue } from '@dcs/shared/jobs'
import { InvalidArgumentError, Option, type Command } from 'commander'

/** What every command about reading takes. */
export type Options = { data?: string; json?: boolean }

/** Adds the options that every command about reading takes. */
export function withOptions(command: Command): Command {
  return command
    .addOption(new Option('--data <folder>', 'data folder of the embedded Postgres'))
    .addOption(new Option('--json', 'print JSON for programs'))
}

/** Opens the database, and closes it however the work ends. What a page would say of an error is said here too. */
export async function withDatabase<T>({ data }: Options, work: () => Promise<T>): Promise<T> {
  const { database } = loadConfig()
  const folder = data === undefined ? undefined : path.join(path.resolve(data), 'postgres')
  const target =
    folder === undefined && database.kind === 'server'
      ? { url: database.url }
      : { directory: folder ?? (database.kind === 'embedded' ? database.directory : '') }
  await initDb({ ...target, applicationName: 'dcs-cli', poolMax: 3 })
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.publicMessage !== undefined)
      throw new AppError(error.code, error.publicMessage)
    throw error
  } finally {
    await closeDb()
  }
}

/** Opens the database and the queue, to which jobs can be added. */
export async function withQueue<T>(options: Options, work: (queue: Queue) => Promise<T>): Promise<T> {
  return withDatabase(options, async () => {
    const queue = await openQueue('producer', createLogger('cli', 'silent'))
    try {
      return await work(queue)
    } finally {
      await queue.stop(1_000)
    }
  })
}

/** What to say when nobody would do what was asked for; null when a worker runs. */
export async function explainMissingWorker(): Promise<string | null> {
  const programs = await listRunningPrograms()
  if (programs.some(({ program }) => program === 'worker')) return null
  return 'No worker runs, so this waits until one is started: "npm start", or "npm run docker:worker" for a worker alone.'
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value))
}

/** Prints rows below their titles, in columns as wide as they need. */
export function printTable(titles: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of [titles, ...rows])
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

/** Reads a whole number from 1. */
export function parseCount(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('it must be a whole number from 1.')
}

/** A span in the largest two units: 3 h 20 min. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
