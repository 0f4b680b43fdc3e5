import { pino, type Logger } from 'pino'
import { PinoPretty } from 'pino-pretty'
import { redact } from './redact.ts'

export type { Logger } from 'pino'

const hiddenPaths = { paths: ['url', '*.url'], censor: '[hidden]' }

/**
 * The one logger of a program: JSON lines on stdout, readable lines on a terminal. Each line is redacted as a whole, with messages, stacks and causes: by the name of
 * a field, by the form of a value, and by the secrets of this program's environment.
 */
export function createLogger(program: string, level = 'info'): Logger {
  const options = {
    name: program,
    level,
    redact: hiddenPaths,
    base: { program },
    hooks: { streamWrite: redact },
  }
  if (!process.stdout.isTTY) return pino(options)
  return pino(
    options,
    PinoPretty({ ignore: 'pid,hostname,program,name', messageFormat: `${program}: {msg}`, sync: true }),
  )
}
