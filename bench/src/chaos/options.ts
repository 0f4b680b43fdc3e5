import { AppError } from '@dcs/shared/core'
import { parseArgs } from 'node:util'

/** How much chaos. */
export type ChaosOptions = {
  seed: number
  kills: number
  /** How long the plan takes; what comes after it (waiting until all is quiet, comparing) is not counted. */
  minutes: number
}

/** Seconds between two kills unless said otherwise: 200 fit into 15 minutes. */
const SECONDS_PER_KILL = 4.5

/** Reads the words of the command line. Throws `invalid-input` naming the option. */
export function parseOptions(args: readonly string[]): ChaosOptions & { json: boolean } {
  const texts = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { seed: texts, kills: texts, minutes: texts, json: { type: 'boolean', default: false } },
  })
  const kills = toNumber('kills', values.kills ?? '200', 100_000)
  const seed = toNumber('seed', values.seed ?? '1', 0xffff_ffff)
  const minutes = values.minutes === undefined ? (kills * SECONDS_PER_KILL) / 60 : Number(values.minutes)
  if (!(minutes >= 0)) throw new AppError('invalid-input', `--minutes ${values.minutes}: must be a number of minutes.`)
  return { seed, kills, minutes, json: values.json }
}

function toNumber(name: string, text: string, max: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= max) return number
  throw new AppError('invalid-input', `--${name} ${text}: must be a whole number from 0 to ${max}.`)
}
