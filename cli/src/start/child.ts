import { fork, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { AppError, describeError } from '@dcs/shared/core'

/** A program to run beside this one. */
export type Program = { name: string; file: string; args?: string[]; env: NodeJS.ProcessEnv; logs: string }

/** A program that runs. `restart` is for development. */
export type RunningChild = {
  name: string
  ready: Record<string, unknown>
  stop: () => Promise<void>
  restart: () => Promise<void>
}

/** Milliseconds a program may take to stop before it is ended by force. */
const STOP_TIMEOUT_MS = 15_000
const RESTART_DELAYS_MS = [3_000, 3_000, 10_000, 30_000]

/**
 * Runs a program until it is stopped. Resolves with what it reports when it is up; throws `unavailable` with its own words when it does not start. One that ends
 * by itself later is started again after a pause. Everything it logs goes to logs/<name>.log, errors also to this terminal.
 */
export async function runChild(program: Program): Promise<RunningChild> {
  let stopping = false
  let restarts = 0
  let timer: NodeJS.Timeout | undefined
  let current: ChildProcess | undefined

  const launch = async (): Promise<Record<string, unknown>> => {
    const child = spawnProgram(program)
    current = child
    const ready = await untilReady(program, child)
    child.once('exit', (code, signal) => {
      if (stopping) return
      const delay = RESTART_DELAYS_MS[Math.min(restarts++, RESTART_DELAYS_MS.length - 1)] ?? 0
      say(
        `${program.name} ended (${signal ?? `exit code ${code}`}) and is started again in ${delay / 1000} s; see ${logFile(program)}`,
      )
      timer = setTimeout(relaunch, delay)
    })
    return ready
  }
  const relaunch = () => {
    launch().catch((error: unknown) => {
      if (stopping) return
      say(describeError(error))
      timer = setTimeout(relaunch, RESTART_DELAYS_MS[Math.min(restarts++, RESTART_DELAYS_MS.length - 1)] ?? 0)
    })
  }

  const ready = await launch()
  return {
    name: program.name,
    ready,
    restart: async () => {
      if (!current || stopping) return
      stopping = true
      clearTimeout(timer)
      await end(current)
      stopping = false
      relaunch()
    },
    stop: async () => {
      stopping = true
      clearTimeout(timer)
      if (current) await end(current)
    },
  }
}

function spawnProgram(program: Program): ChildProcess {
  mkdirSync(program.logs, { recursive: true })
  const log = createWriteStream(logFile(program), { flags: 'a' })
  // A group of its own, so that Ctrl-C reaches this process alone and the programs are stopped in order.
  const child = fork(program.file, program.args ?? [], {
    env: program.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  child.stderr?.pipe(log, { end: false })
  if (child.stdout) {
    child.stdout.pipe(log, { end: false })
    createInterface({ input: child.stdout }).on('line', (line) => repeatError(program.name, line))
  }
  child.once('close', () => log.end())
  return child
}

function untilReady(program: Program, child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type?: string; message?: string }) => {
      if (message.type === 'ready') resolve(message)
      if (message.type === 'failed')
        reject(new AppError('unavailable', `${program.name} could not start: ${message.message}`))
    })
    child.once('error', (cause) => reject(new AppError('unavailable', `${program.name} could not be run.`, { cause })))
    child.once('exit', (code, signal) =>
      reject(
        new AppError(
          'unavailable',
          `${program.name} ended while starting (${signal ?? `exit code ${code}`}); see ${logFile(program)}`,
        ),
      ),
    )
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(timer)
}

/** pino's levels: 50 is an error. A fatal one is what a failed start reports anyway. */
function repeatError(name: string, line: string): void {
  if (!line.startsWith('{"level":')) return
  const { level, msg, err } = JSON.parse(line) as { level: number; msg?: string; err?: { message?: string } }
  if (level >= 50 && level < 60) say(`${name}: ${msg ?? ''}${err?.message ? ` (${err.message})` : ''}`)
}

function logFile(program: Program): string {
  return path.join(program.logs, `${program.name}.log`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
