import { Command, InvalidArgumentError } from 'commander'
import { start, type StartOptions } from './start.ts'

const DESCRIPTIONS = {
  start: 'start everything on this machine: database, bot, worker and interface; without BOT_TOKEN also the demo world',
  dev: 'the same from the sources: the interface reloads, bot and worker start again when their sources change',
}

/** `npm start` and `npm run dev`: the whole product on this machine. */
export function startCommand(name: keyof typeof DESCRIPTIONS = 'start'): Command {
  return new Command(name)
    .description(DESCRIPTIONS[name])
    .option('--data <folder>', 'where everything is written (default: DCS_DATA_DIR, or data/ in the checkout)')
    .option('--port <number>', 'port of the interface', parsePort, 3000)
    .option('--host <address>', 'address the interface listens on', '127.0.0.1')
    .action((options: StartOptions) => start({ ...options, dev: name === 'dev' }))
}

function parsePort(value: string): number {
  const port = Number(value)
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port
  throw new InvalidArgumentError('it must be a port number from 1 to 65535.')
}
