import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import path from 'node:path'

/** The account a command runs as; null is the one we run as ourselves. */
export type Account = {
  uid: number
  gid: number
  /** A Linux capability to keep, so that the account gets through directories that are closed to it. */
  capability?: string
} | null

/** How a command ended: its status (null when it did not even start) and what it said. */
export type Outcome = { status: number | null; output: string }

/**
 * Runs a command to its end. Never rejects: a command that cannot be started is an outcome too. `drop` is for commands that leave a
 * process behind, which would keep our pipes open.
 */
export function run(
  command: string,
  args: string[],
  account: Account,
  output: 'keep' | 'drop' = 'keep',
): Promise<Outcome> {
  const plain = account && !account.capability
  const [file, fileArgs] = account?.capability
    ? withCapability(account, account.capability, command, args)
    : [command, args]
  return new Promise((resolve) => {
    // A server started here outlives us, so it must hold neither our output nor our environment, which has tokens in it.
    const child = trySpawn(file, fileArgs, {
      ...(plain ? { uid: account.uid, gid: account.gid } : {}),
      ...(process.platform === 'win32'
        ? {}
        : { env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' } }),
      cwd: path.parse(command).root || '/',
      stdio: output === 'keep' ? ['ignore', 'pipe', 'pipe'] : 'ignore',
      windowsHide: true,
    })
    if (child instanceof Error) return resolve({ status: null, output: child.message })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (error) => resolve({ status: null, output: error.message }))
    child.once(output === 'keep' ? 'close' : 'exit', (status) =>
      resolve({ status, output: Buffer.concat(chunks).toString('utf8').trim() }),
    )
  })
}

/** Some refusals, such as that of another user id, are thrown and not reported as an event. */
function trySpawn(file: string, args: readonly string[], options: SpawnOptions): ChildProcess | Error {
  try {
    return spawn(file, args, options)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function withCapability(account: { uid: number; gid: number }, capability: string, command: string, args: string[]) {
  // Without the secure bit, access(2), by which the server's programs look for each other, ignores the capability.
  const identity = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
  ]
  const kept = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`]
  return ['setpriv', [...identity, ...kept, '--', command, ...args]] as const
}
