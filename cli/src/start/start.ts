import fs from 'node:fs'
import path from 'node:path'
import { childEnvironment, loadConfig, repositoryRoot, type Config } from '@dcs/shared/config'
import { AppError, describeError } from '@dcs/shared/core'
import { closeDb, database, getConfig, initDb, lastMigration } from '@dcs/shared/db'
import { buildInterface } from './build.ts'
import { runChild, type Program } from './child.ts'
import { restartOnChange } from './restart-on-change.ts'
import { requireFreePort } from './ports.ts'
import { getAuthSecret } from './secrets.ts'
import { createSteps } from './steps.ts'

/** What `npm start` can be told. */
export type StartOptions = { data?: string; port: number; host: string; dev?: boolean }

type Running = { stop: () => Promise<void> }

/**
 * Starts everything on this machine and keeps it running until SIGINT or SIGTERM; then stops all of it in order.
 * The last line on stdout is `ready http://…` as soon as every part answers.
 */
export async function start(options: StartOptions): Promise<void> {
  const running: Running[] = []
  const ending = new AbortController()
  const end = untilSignal().then(() => ending.abort())
  const starting = startAll(options, running, ending.signal)
  try {
    await Promise.race([starting, end])
    await end
  } finally {
    // What is being started right now must be known before everything is stopped.
    ending.abort()
    await starting.catch(() => {})
    for (const part of running.toReversed()) await part.stop()
  }
}

async function startAll(options: StartOptions, running: Running[], ending: AbortSignal): Promise<void> {
  const step = createSteps()
  const config = loadConfig(
    childEnvironment(options.data === undefined ? {} : { DCS_DATA_DIR: path.resolve(options.data) }),
  )
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`
  makeFolder(config.dataDir)
  await requireFreePort(options.host, options.port)
  if (!options.dev) await step('Interface built', buildInterface, (built) => (built ? '' : 'unchanged'))
  const demo = config.discord.token === undefined
  const [, twin] = await settle([
    step('Database', () => openDatabase(config, running), describeDatabase),
    demo ? step('Demo world', () => startTwin(config, running), describeTwin) : Promise.resolve(null),
  ])
  if (ending.aborted) return
  const env = programEnvironment(config, url, options, twin?.env ?? {})
  const program = (name: string, file: string, args: string[] = []): Program => ({
    name,
    file: path.join(repositoryRoot, file),
    args,
    env,
    logs: path.join(config.dataDir, 'logs'),
  })
  const launch = (name: string, entry: Program) =>
    step(name, async () => {
      const child = await runChild(entry)
      running.push(child)
      if (options.dev && entry.name !== 'interface')
        running.push(restartOnChange(child, [`${entry.name}/src`, 'shared/src']))
    })
  await settle([
    launch('Bot', program('bot', 'bot/src/main.ts')),
    launch('Worker', program('worker', 'worker/src/main.ts')),
    launch(
      'Interface',
      program('interface', 'interface/src/main.ts', [
        '--host',
        options.host,
        '--port',
        String(options.port),
        ...(options.dev ? ['--dev'] : []),
      ]),
    ),
  ])
  if (await untilHealthy(url, ending)) process.stdout.write(`ready ${url}\n`)
}

async function openDatabase(config: Config, running: Running[]): Promise<void> {
  const target =
    config.database.kind === 'server' ? { url: config.database.url } : { directory: config.database.directory }
  await initDb({ ...target, applicationName: 'dcs-start', poolMax: 2 })
  running.push({ stop: closeDb })
  // Held by this connection for as long as it lives: two of us would answer every message twice.
  const client = await database().$client.connect()
  running.push({ stop: async () => client.release(true) })
  const { rows } = await client.query<{ held: boolean }>(`select pg_try_advisory_lock(hashtext('dcs:start')) as held`)
  if (!rows[0]?.held)
    throw new AppError(
      'conflict',
      'Discord Clip Saver runs already with this database. Stop it first, or name another folder: npm start -- --data <folder>',
    )
}

function describeDatabase(): string {
  const { adopted, applied } = lastMigration()
  if (adopted !== 'none') return `adopted a database of the original (${adopted})`
  return applied.length > 0 ? `${applied.length} migrations applied` : 'up to date'
}

function describeTwin({ url }: { url: string }): string {
  return `a stand-in for Discord at ${url}; set BOT_TOKEN to use the real one`
}

async function startTwin(config: Config, running: Running[]): Promise<{ url: string; env: Record<string, string> }> {
  const twin = await runChild({
    name: 'twin',
    file: path.join(repositoryRoot, 'cli/src/start/twin.ts'),
    args: [config.dataDir],
    env: childEnvironment({}),
    logs: path.join(config.dataDir, 'logs'),
  })
  running.push(twin)
  return { url: String(twin.ready.url), env: twin.ready.env as Record<string, string> }
}

function programEnvironment(
  config: Config,
  url: string,
  options: StartOptions,
  demo: Record<string, string>,
): NodeJS.ProcessEnv {
  return childEnvironment({
    // Several programs share one settings file; the demo switches reading on for every channel.
    ...(Object.keys(demo).length > 0 && config.settingsPath === undefined
      ? { DEFAULT_SETTINGS_PATH: path.join(repositoryRoot, 'cli/demo-settings.jsonc') }
      : {}),
    ...demo,
    DATABASE_URL: undefined,
    POSTGRES_DSN: getConfig().url,
    DCS_DATA_DIR: config.dataDir,
    STORAGE_PATH: config.storagePath,
    PUBLIC_URL: config.interface.publicUrl ?? url,
    AUTH_SECRET: config.interface.authSecret ?? getAuthSecret(config.dataDir),
    BOT_PORT: childEnvironment({}).BOT_PORT ?? '0',
    NODE_ENV: options.dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  })
}

/** Waits until every part answers. False when everything is to end before. */
async function untilHealthy(url: string, ending: AbortSignal): Promise<boolean> {
  while (!ending.aborted) {
    const response = await fetch(`${url}/api/health`).catch(() => null)
    if (response?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

/** Waits for all, also when one fails, so that what did start is known and can be stopped; then reports the failures together. */
async function settle<T extends readonly unknown[]>(parts: { [Index in keyof T]: Promise<T[Index]> }): Promise<T> {
  const results = await Promise.allSettled(parts)
  const failed = results.filter((part) => part.status === 'rejected')
  if (failed.length > 0) throw new AppError('unavailable', failed.map(({ reason }) => describeError(reason)).join('\n'))
  return results.map((part) => (part.status === 'fulfilled' ? part.value : null)) as unknown as T
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.accessSync(folder, fs.constants.W_OK)
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      `--data: the folder ${folder} cannot be written. Choose another or change its owner.`,
      { cause },
    )
  }
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; more of them change nothing, because everything is being stopped already. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}
