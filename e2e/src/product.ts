import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** The whole product, started the way a user starts it, in a data folder of its own. */
export type Product = {
  url: string
  dataDir: string
  output: () => string
  process: ChildProcess
  /** Sends SIGINT to the whole group, as Ctrl-C in a terminal does, and resolves when npm has ended. */
  stop: () => Promise<void>
}

/** Starts `npm start -- --data … --port …` and waits for its `ready` line. */
export async function startProduct(
  options: { dataDir?: string; port?: number; env?: Record<string, string> } = {},
): Promise<Product> {
  const dataDir = options.dataDir ?? makeTempFolder()
  const port = options.port ?? (await freePort())
  const child = spawn('npm', ['start', '--silent', '--', '--data', dataDir, '--port', String(port)], {
    cwd: root,
    // Tests ask more often than people do.
    env: {
      ...process.env,
      BOT_TOKEN: '',
      DATABASE_URL: '',
      POSTGRES_DSN: '',
      REQUEST_LIMIT_FACTOR: '50',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      output += chunk.toString()
      if (/^ready http:\/\//m.test(output)) resolve()
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    void ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${output}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    output: () => output,
    process: child,
    stop: async () => {
      // To the whole group, as a terminal does.
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        process.kill(-child.pid, 'SIGINT')
      await ended
    },
  }
}

/** Runs `npm start` that is expected to fail; resolves with what it printed and its exit code. */
export async function startToFail(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const child = spawn('npm', ['start', '--silent', '--', ...args], {
    cwd: root,
    env: { ...process.env, BOT_TOKEN: '', DATABASE_URL: '', POSTGRES_DSN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

/** An empty folder; remove it with `removeFolder`. */
export function makeTempFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-e2e-'))
}

/** Removes a folder with everything in it. */
export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true })
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
