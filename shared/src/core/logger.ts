import { pino, type Logger } from 'pino'
import { PinoPretty } from 'pino-pretty'

export type { Logger } from 'pino'

const redact = {
  paths: [
    'token',
    '*.token',
    'authorization',
    '*.authorization',
    'password',
    '*.password',
    'url',
    '*.url',
    'secret',
    '*.secret',
  ],
  censor: '[hidden]',
}

/** The one logger of a program: JSON lines on stdout, readable lines on a terminal. Tokens and signed URLs are hidden. */
export function createLogger(program: string, level = 'info'): Logger {
  const options = { name: program, level, redact, base: { program } }
  if (!process.stdout.isTTY) return pino(options)
  return pino(
    options,
    PinoPretty({ ignore: 'pid,hostname,program,name', messageFormat: `${program}: {msg}`, sync: true }),
  )
}
