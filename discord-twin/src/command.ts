import { Command, InvalidArgumentError } from 'commander'
import { startTwin } from './twin.ts'

/** `dcs twin`: a stand-in for Discord as a program of its own. */
export function twinCommand(): Command {
  return new Command('twin')
    .description('start a stand-in for Discord with a made-up world')
    .option('--port <number>', 'port to listen on; a free one when left out', parseWhole, 0)
    .option('--url-lifetime <seconds>', 'how long attachment addresses work', parseWhole, 86_400)
    .option('--rate-limits', 'answer 429 as Discord does', false)
    .action(async (options: { port: number; urlLifetime: number; rateLimits: boolean }) => {
      const twin = await startTwin({
        port: options.port,
        urlLifetimeSeconds: options.urlLifetime,
        enforceRateLimits: options.rateLimits,
      })
      const lines = Object.entries(twin.env).map(([name, value]) => `${name}=${value}`)
      process.stdout.write(
        `A stand-in for Discord. To use it, set:\n\n${lines.join('\n')}\n\nThe world is shown at ${twin.url}\n`,
      )
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void twin.close())
    })
}

function parseWhole(value: string): number {
  if (/^\d{1,7}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('it must be a whole number.')
}
