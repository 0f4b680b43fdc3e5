import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '../../core/errors.ts'
import { copyBinaries, getPackagedBinaries, healSymlinks, programPath, wayOut, type Binaries } from './binaries.ts'
import { run, type Account } from './run.ts'

/** Who runs the server, and from which installation. */
export type Launcher = { account: Account; binaries: Binaries }

/** In order of preference; the first is enough to pass through closed directories, but many containers only have the second. */
const capabilities = ['dac_read_search', 'dac_override']

/**
 * Finds an account that Postgres accepts (it refuses root) and that reaches both `directory` and the binaries. Call it under the lock.
 * Throws `invalid-input` or `unsupported` saying what to do when there is none.
 */
export async function getLauncher(directory: string): Promise<Launcher> {
  const packaged = getPackagedBinaries()
  healSymlinks(packaged)
  if (process.platform === 'win32') return { account: null, binaries: packaged }
  const accounts = listAccounts(directory)
  let entering: Account | undefined
  for (const account of accounts) {
    if (!(await canEnter(directory, account))) continue
    if (entering === undefined) entering = account
    if ((await tryBinaries(packaged, account)) === null) return { account, binaries: packaged }
  }
  if (entering === undefined) throw await unreachable(directory, accounts[0] ?? null)
  const copy = copyBinaries(packaged, directory)
  const problem = await tryBinaries(copy, entering)
  if (problem === null) return { account: entering, binaries: copy }
  throw new AppError(
    'unsupported',
    `The embedded Postgres does not run on this system (it needs glibc on Linux, so not Alpine): ${problem}. ${wayOut}`,
  )
}

/** The ways to run the server as an ordinary account, simplest first. */
function listAccounts(directory: string): Account[] {
  if (process.getuid?.() !== 0) return [null]
  const account = findDataOwner(directory) ?? findUnprivilegedAccount()
  return [account, ...capabilities.map((capability) => ({ ...account, capability }))]
}

function findDataOwner(directory: string): { uid: number; gid: number } | null {
  const stat = fs.statSync(path.join(directory, 'data'), { throwIfNoEntry: false })
  return stat && stat.uid !== 0 ? { uid: stat.uid, gid: stat.gid } : null
}

function findUnprivilegedAccount(): { uid: number; gid: number } {
  const accounts = fs.existsSync('/etc/passwd') ? fs.readFileSync('/etc/passwd', 'utf8').split('\n') : []
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new AppError(
    'unsupported',
    `Postgres refuses to run as root, and this system has no account named postgres or nobody to run it as. Create one or start as an ordinary user. ${wayOut}`,
  )
}

async function canEnter(directory: string, account: Account): Promise<boolean> {
  if (!account) return true
  return (await run('/bin/sh', ['-c', 'test -x "$1"', 'sh', directory], account)).status === 0
}

/** Null when the server's program runs, else why not. */
async function tryBinaries(binaries: Binaries, account: Account): Promise<string | null> {
  // Through a shell, because initdb and pg_ctl start it themselves, with no more rights than the shell has.
  const { status, output } = await run(
    '/bin/sh',
    ['-c', 'exec "$1" --version', 'sh', programPath(binaries, 'postgres')],
    account,
  )
  return status === 0 ? null : output || `it ended with status ${status}`
}

/** Names the first directory on the way that is closed. */
async function unreachable(directory: string, account: Account): Promise<AppError> {
  let closed = directory
  for (let above = directory; above !== path.dirname(above); above = path.dirname(above))
    if (!(await canEnter(above, account))) closed = above
  return new AppError(
    'invalid-input',
    `Postgres refuses to run as root, and the ordinary account it would run as (user id ${account?.uid}) cannot reach ${directory}, because ${closed} is closed to other users. Choose a data directory that every user can reach with --data, or start as an ordinary user. ${wayOut}`,
  )
}

/** Throws when the account we run as has no name: initdb then refuses to create a database. */
export function requireNamedUser(): void {
  try {
    os.userInfo()
  } catch (error) {
    throw new AppError(
      'unsupported',
      `The embedded Postgres cannot be created by user id ${process.getuid?.()}, which has no entry in /etc/passwd. Start as a user that exists. ${wayOut}`,
      { cause: error },
    )
  }
}
