import { fork, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, resolve, sep } from 'node:path'
import type { Reply } from './inspection.ts'

export type ChildEnd = Reply | { outcome: 'timeout' } | { outcome: 'crashed' }

/** How a process ends by its own fault. Other signals come from outside: an operator, a shutdown, the system being out of memory. */
const CRASH_SIGNALS: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
])
const STDERR_KEPT = 2_000
/** How much later than us the child gives up by itself. */
const GRACE_MS = 1_000

const child = resolve(import.meta.dirname, 'inspect-child.ts')
/** What the child needs to load. */
const code = [resolve(import.meta.dirname, '../..'), folderOfModules()]

/** Runs one inspection to its end. The process is gone when this settles. Throws the signal's reason. */
export async function runChild(
  videoPath: string,
  posterPath: string,
  { signal, timeoutMs }: { signal?: AbortSignal | undefined; timeoutMs: number },
): Promise<ChildEnd> {
  const running = start(resolve(videoPath), resolve(posterPath), timeoutMs)
  let end: ChildEnd | undefined
  const finish = (reply: ChildEnd) => {
    end ??= reply
    running.kill('SIGKILL')
  }
  const abort = () => finish({ outcome: 'error', message: 'interrupted' })
  const timer = setTimeout(() => finish({ outcome: 'timeout' }), timeoutMs)
  signal?.addEventListener('abort', abort)
  running.on('message', (reply) => finish(reply as Reply))
  try {
    const exit = await exitOf(running)
    signal?.throwIfAborted()
    return end ?? exit
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** The child sees no secrets, and through Node neither files beyond our code and the video nor other programs. */
function start(videoPath: string, posterPath: string, timeoutMs: number): ChildProcess {
  return fork(child, [videoPath, posterPath, String(timeoutMs + GRACE_MS)], {
    execPath: process.execPath,
    execArgv: [
      '--max-old-space-size=256',
      '--permission',
      '--allow-addons',
      '--allow-worker',
      ...[videoPath, ...code].map((path) => `--allow-fs-read=${path}`),
      `--allow-fs-write=${dirname(posterPath)}`,
    ],
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}

/** What an end without an answer means. */
async function exitOf(running: ChildProcess): Promise<ChildEnd> {
  let stderr = ''
  running.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_KEPT)))
  return await new Promise((resolve) => {
    running.once('error', (error) => resolve({ outcome: 'error', message: error.message }))
    running.once('close', (code, signal) => {
      if (signal && CRASH_SIGNALS.has(signal)) resolve({ outcome: 'crashed' })
      else if (signal) resolve({ outcome: 'error', message: `its process was ended by ${signal}` })
      else resolve({ outcome: 'error', message: `its process ended with ${code}. ${stderr.trim()}` })
    })
  })
}

/** The outermost folder of installed packages: links inside it may lead anywhere below. */
function folderOfModules(): string {
  const entry = createRequire(import.meta.url).resolve('mediabunny')
  return entry.slice(0, entry.indexOf(`${sep}node_modules${sep}`) + `${sep}node_modules`.length)
}
