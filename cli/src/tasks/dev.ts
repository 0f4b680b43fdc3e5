import { startCommand } from '../start/command.ts'

/** `npm run dev`: like start, but from the sources, restarting what changes. */
export function devCommand() {
  return startCommand('dev')
}
