import { Command, InvalidArgumentError, Option } from 'commander'
import { startTwin, type TwinOptions } from './twin.ts'

/** `dcs twin`: a stand-in for Discord as a program of its own. */
export function twinCommand(): Command {
  return new Command('twin')
    .description('start a stand-in for Discord with a made-up world')
    .option('--port <number>', 'port to listen on; a free one when left out', parseWhole, 0)
    .addOption(new Option('--world <kind>', 'what is in it').choices(['demo', 'empty', 'large']).default('demo'))
    .option('--messages <number>', 'of a large world; 10,000,000 when left out', parseWhole)
    .option('--channels <number>', 'of a large world; 200 when left out', parseWhole)
    .option('--clips <number>', 'of a large world; one for a thousand messages when left out', parseWhole)
    .option('--people <number>', 'of a large world; 400 when left out', parseWhole)
    .option('--seed <number>', 'of a large world; the same number gives the same world', parseWhole)
    .option('--url-lifetime <seconds>', 'how long attachment addresses work', parseWhole, 86_400)
    .option('--rate-limits', 'answer 429 as Discord does', false)
    .option('--time-scale <number>', 'how much faster the time of rate limits goes by', parsePositive, 1)
    .action(async (options: Options) => {
      const twin = await startTwin({
        world: chosenWorld(options),
        port: options.port,
        urlLifetimeSeconds: options.urlLifetime,
        enforceRateLimits: options.rateLimits,
        timeScale: options.timeScale,
      })
      const lines = Object.entries(twin.env).map(([name, value]) => `${name}=${value}`)
      process.stdout.write(
        `A stand-in for Discord. To use it, set:\n\n${lines.join('\n')}\n\nThe world is shown at ${twin.url}\n`,
      )
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void twin.close())
    })
}

type Options = {
  port: number
  urlLifetime: number
  rateLimits: boolean
  timeScale: number
  world: 'demo' | 'empty' | 'large'
} & Partial<Record<'messages' | 'channels' | 'clips' | 'people' | 'seed', number>>

function chosenWorld({ world, messages, channels, clips, people, seed }: Options): NonNullable<TwinOptions['world']> {
  if (world !== 'large') return world
  const sizes = Object.entries({ messages, channels, clips, people, seed }).filter(([, value]) => value !== undefined)
  return { kind: 'large', ...Object.fromEntries(sizes) }
}

function parseWhole(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('it must be a whole number.')
}

function parsePositive(value: string): number {
  const number = Number(value)
  if (number > 0 && number <= 10_000) return number
  throw new InvalidArgumentError('it must be a number from 0 to 10,000.')
}
