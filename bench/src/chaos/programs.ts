import { fork, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { childEnvironment, repositoryRoot } from '@dcs/shared/config'
import { sleep } from '@dcs/shared/core'

/** Something that was killed: the milliseconds until it was up again. */
export type Killed = { backAfter: Promise<number> }

/** A program that is started again whenever it ends. */
export type Program = {
  name: string
  /** SIGKILL now; null when it was not up. */
  kill: () => Killed | null
  isReady: () => boolean
  /** Resolves when it is up. */
  ready: () => Promise<void>
  /** How often it ended by itself, and the last words of each time. */
  ends: string[]
  stop: () => Promise<void>
}

/** Milliseconds before a program that ended by itself, or did not start, is started again. */
const PAUSE_MS = 1_000
const STOP_TIMEOUT_MS = 20_000

/** Runs `file` of the repository with its log in `folder`. */
export function runProgram(options: {
  name: string
  file: string
  env: Record<string, string>
  folder: string
}): Program {
  const { name, file, env, folder } = options
  const logFile = path.join(folder, `${name}.log`)
  const ends: string[] = []
  let child: ChildProcess | null = null
  let up = Promise.withResolvers<void>()
  let isUp = false
  let isStopping = false
  let wasKilled = false

  const start = () => {
    const log = fs.openSync(logFile, 'a')
    const started = fork(path.join(repositoryRoot, file), [], {
      env: childEnvironment(env),
      stdio: ['ignore', log, log, 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    fs.closeSync(log)
    child = started
    started.on('message', (message: { type?: string }) => {
      if (message.type !== 'ready' || child !== started) return
      isUp = true
      up.resolve()
    })
    started.on('error', () => {})
    started.once('exit', (code, signal) => {
      if (isUp) up = Promise.withResolvers<void>()
      isUp = false
      if (isStopping) return
      const killed = wasKilled
      wasKilled = false
      if (!killed) ends.push(`${signal ?? `exit code ${code}`}: ${lastWords(logFile)}`)
      if (killed) return start()
      void sleep(PAUSE_MS).then(() => {
        if (!isStopping) start()
      })
    })
  }
  start()
  return {
    name,
    ends,
    isReady: () => isUp,
    ready: () => up.promise,
    kill: () => {
      if (!isUp || !child) return null
      const begun = performance.now()
      isUp = false
      up = Promise.withResolvers<void>()
      wasKilled = true
      child.kill('SIGKILL')
      return { backAfter: up.promise.then(() => performance.now() - begun) }
    },
    stop: async () => {
      isStopping = true
      const last = child
      if (!last || last.exitCode !== null || last.signalCode !== null) return
      const ended = new Promise<void>((resolve) => last.once('exit', () => resolve()))
      last.kill('SIGTERM')
      const timer = setTimeout(() => last.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

function lastWords(file: string): string {
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n')
  return (lines.findLast((line) => /"level":(?:50|60)/.test(line)) ?? lines.at(-1) ?? '').slice(0, 500)
}
