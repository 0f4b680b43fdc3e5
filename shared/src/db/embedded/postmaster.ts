import fs from 'node:fs'
import path from 'node:path'
import { isProcessAlive } from '../../core/processes.ts'

/** A server process that holds the data directory. */
export type Postmaster = { pid: number; port: number }

/**
 * `running` also covers starting up and shutting down. `crashed` means the server was killed: its pid file is still there.
 * `stopped` means it was stopped in order, or that there is no database at all.
 */
export type PostmasterState = { state: 'running'; postmaster: Postmaster } | { state: 'crashed' } | { state: 'stopped' }

/** Reads what the server's own pid file says, and whether that process still is that server. */
export function readPostmaster(directory: string): PostmasterState {
  const data = path.join(directory, 'data')
  let lines: string[]
  try {
    lines = fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return { state: 'stopped' }
    throw error
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!Number.isInteger(pid) || pid <= 0 || !isProcessAlive(pid) || isAnotherProgram(pid, data))
    return { state: 'crashed' }
  return { state: 'running', postmaster: { pid, port } }
}

/** Removes the pid file of a dead server: where its pid was given to another process, Postgres would refuse to start. */
export function clearCrashedPostmaster(directory: string): void {
  if (readPostmaster(directory).state === 'crashed')
    fs.rmSync(path.join(directory, 'data', 'postmaster.pid'), { force: true })
}

/** A server works in its data directory; a process that was given its pid does not. Where /proc does not say, it is not another. */
function isAnotherProgram(pid: number, data: string): boolean {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) !== fs.realpathSync(data)
  } catch {
    return isNamedOtherwise(pid) // root without CAP_SYS_PTRACE, as in most containers, may not read another account's directory
  }
}

function isNamedOtherwise(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres'
  } catch {
    return false
  }
}
