import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** A temporary directory that other accounts may enter, removed by `removeDirectory`. */
export function makeDirectory(mode = 0o755): string {
  const directory = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'dcs-embedded-'))
  fs.chmodSync(directory, mode)
  return directory
}

/** Removes it with everything in it. */
export function removeDirectory(directory: string): void {
  fs.rmSync(directory, { recursive: true, force: true })
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** Waits for a condition; a rejection counts as not yet. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (
    !(await Promise.resolve()
      .then(condition)
      .catch(() => false))
  )
    await wait(20)
}

/** Another process that runs a snippet and is talked to line by line. */
export type OtherProcess = {
  child: ChildProcess
  nextLine(): Promise<string>
  send(line: string): void
  ended: Promise<number | null>
}

/** Starts a process that runs `code` as a module of this folder. */
export function startProcess(code: string): OtherProcess {
  const source = code.replace(/from '\.\//g, `from '${new URL('.', import.meta.url).href}`)
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: Interface = createInterface({ input: child.stdout })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    child,
    nextLine: async () => (await iterator.next()).value ?? '',
    send: (line) => child.stdin.write(`${line}\n`),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  }
}

/** Starts a process that opens the directory, prints what it got and releases when told to. */
export function startHolder(directory: string): OtherProcess {
  return startProcess(`
    import { once } from 'node:events'
    import { openEmbeddedPostgres } from './embedded-postgres.ts'
    const { url, startedByUs, release } = await openEmbeddedPostgres(${JSON.stringify(directory)})
    console.log(JSON.stringify({ url, startedByUs }))
    await once(process.stdin, 'data')
    await release()
    process.exit()
  `)
}
