import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = path.resolve(import.meta.dirname, '../..')

/** A program of the product as a process of its own. `requireRunning` throws when it has ended by itself; `stop` ends it as an operator would, and by force when it does not within 20 s. */
export type Program = { pid: number; requireRunning: () => void; stop: () => Promise<void> }

/** Starts a program with these variables only, beside those that every process needs. What it logs as a warning or worse is shown on the standard error. */
export function startProgram(name: 'bot' | 'interface' | 'worker', env: Record<string, string>): Program {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const child = spawn(process.execPath, [`${name}/src/main.ts`], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), LOG_LEVEL: 'warn', ...env },
  })
  const requireRunning = () => {
    if (child.exitCode === null && child.signalCode === null) return
    throw new Error(`The ${name} has ended by itself (${child.signalCode ?? child.exitCode}).`)
  }
  return { pid: child.pid ?? 0, requireRunning, stop: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timeout = new AbortController()
  const late = sleep(20_000, 'late', { signal: timeout.signal }).catch(() => 'done')
  if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL')
  timeout.abort()
  await exited
}
