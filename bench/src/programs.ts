import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = path.resolve(import.meta.dirname, '../..')

/** A program of the product as a process of its own. `stop` ends it as an operator would, and by force when it does not within 20 s. */
export type Program = { pid: number; stop: () => Promise<void> }

/** Starts a program with these variables only, beside those that every process needs. What it logs as a warning or worse is shown. */
export function startProgram(name: 'bot' | 'worker', env: Record<string, string>): Program {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const child = spawn(process.execPath, [`${name}/src/main.ts`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), LOG_LEVEL: 'warn', ...env },
  })
  return { pid: child.pid ?? 0, stop: () => end(child) }
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
