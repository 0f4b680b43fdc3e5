import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { AppError } from '../../core/errors.ts'
import { sleep } from '../../core/time.ts'
import { getLauncher, requireNamedUser, type Launcher } from './account.ts'
import { programPath, wayOut } from './binaries.ts'
import { getCredentials, writeCredentials } from './credentials.ts'
import { findFreePort, isPortFree } from './ports.ts'
import { clearCrashedPostmaster } from './postmaster.ts'
import { run } from './run.ts'

const maxAttempts = 5
const maxLogBytes = 10 * 1024 * 1024

/** Major version of the database in the directory; null when there is none. */
export function findVersion(directory: string): string | null {
  try {
    return fs.readFileSync(path.join(directory, 'data', 'PG_VERSION'), 'utf8').trim()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** Starts the server of the directory, which must not be running; creates the database first where there is none. Call it under the lock. */
export async function startServer(directory: string): Promise<void> {
  const launcher = await getLauncher(directory)
  const version = findVersion(directory)
  if (version === null) await createCluster(directory, launcher)
  else requireSameMajor(directory, version, launcher)
  clearCrashedPostmaster(directory)
  const log = await prepareFiles(directory, launcher)
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const credentials = getCredentials(directory)
    if (!(await isPortFree(credentials.port))) {
      credentials.port = await findFreePort()
      writeCredentials(directory, credentials)
    }
    const args = [
      '-D',
      path.join(directory, 'data'),
      '-l',
      log,
      '-w',
      '-t',
      '120',
      '-o',
      serverOptions(credentials.port),
    ]
    const { status } = await run(programPath(launcher.binaries, 'pg_ctl'), [...args, 'start'], launcher.account, 'drop')
    if (status === 0) return
    await sleep(100 * attempt) // the last backends of a killed server may still be on their way out
  }
  const lastLines = fs.readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n  ')
  throw new AppError('unavailable', `The embedded Postgres did not start. The end of ${log}:\n  ${lastLines}`)
}

/** Stops the server in order, ending all connections. Call it under the lock. */
export async function stopServer(directory: string): Promise<void> {
  const { account, binaries } = await getLauncher(directory)
  const args = ['-D', path.join(directory, 'data'), '-m', 'fast', '-w', '-t', '60', 'stop']
  const { status, output } = await run(programPath(binaries, 'pg_ctl'), args, account)
  if (status !== 0) throw new AppError('unavailable', `The embedded Postgres in ${directory} did not stop: ${output}`)
}

function serverOptions(port: number): string {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_checkpoints: 'off',
  }
  return [`-p ${port}`, ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)].join(' ')
}

/** Makes a new database aside and moves it into place when it is complete, so that a half-made one is never opened. */
async function createCluster(directory: string, { account, binaries }: Launcher): Promise<void> {
  if (!account) requireNamedUser()
  requireEmpty(path.join(directory, 'data'))
  const draft = path.join(directory, 'data.draft')
  const passwordFile = path.join(directory, 'password.draft')
  const credentials = { port: await findFreePort(), password: randomBytes(24).toString('base64url') }
  fs.rmSync(draft, { recursive: true, force: true })
  fs.rmSync(passwordFile, { force: true })
  fs.mkdirSync(draft, { mode: 0o700 })
  fs.writeFileSync(passwordFile, credentials.password, { mode: 0o600 })
  try {
    if (account) for (const file of [draft, passwordFile]) fs.chownSync(file, account.uid, account.gid)
    const options = ['-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-instructions']
    const args = ['-D', draft, '-U', 'dcs', `--pwfile=${passwordFile}`, ...options]
    const { status, output } = await run(programPath(binaries, 'initdb'), args, account)
    if (status !== 0)
      throw new AppError('unavailable', `The embedded Postgres could not be created: ${output}. ${wayOut}`)
  } finally {
    fs.rmSync(passwordFile, { force: true })
  }
  writeCredentials(directory, credentials)
  fs.renameSync(draft, path.join(directory, 'data'))
}

function requireEmpty(data: string): void {
  if (!fs.existsSync(data)) return
  if (fs.readdirSync(data).length > 0)
    throw new AppError(
      'invalid-input',
      `${data} is neither empty nor a Postgres database. Move it away or choose another data directory.`,
    )
  fs.rmdirSync(data)
}

function requireSameMajor(directory: string, version: string, { binaries }: Launcher): void {
  const installed = binaries.version.split('.')[0]
  if (version === installed) return
  throw new AppError(
    'unsupported',
    `${directory} was made by Postgres ${version}, but ${installed} is installed, which cannot read it. Export its data with the release that made it, then import it into an empty directory.`,
  )
}

/** Sees to it that the server may read its data, also when it was restored by root, and may write its log; keeps the log short. */
async function prepareFiles(directory: string, { account }: Launcher): Promise<string> {
  const [data, log] = [path.join(directory, 'data'), path.join(directory, 'server.log')]
  fs.closeSync(fs.openSync(log, 'a', 0o600))
  if (fs.statSync(log).size > maxLogBytes) fs.truncateSync(log)
  if (!account) return log
  fs.chownSync(log, account.uid, account.gid)
  if (fs.statSync(data).uid !== account.uid) await run('chown', ['-R', `${account.uid}:${account.gid}`, data], null)
  return log
}
