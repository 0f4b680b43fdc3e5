import { AppError } from '@dcs/shared/core'
import { parseArgs } from 'node:util'
import * as z from 'zod'

/** How much chaos. */
export type ChaosOptions = {
  seed: number
  kills: number
  /** How long the plan takes; what comes after it (waiting until all is quiet, comparing) is not counted. */
  minutes: number
}

/** Seconds between two kills unless said otherwise: 200 fit into 15 minutes. */
const SECONDS_PER_KILL = 4.5

const zNumber = z.coerce.number()
const zOptions = z.object({
  seed: zNumber.int().min(0).max(0xffff_ffff).default(1),
  kills: zNumber.int().min(0).max(100_000).default(200),
  minutes: zNumber
    .positive()
    .max(24 * 60)
    .optional(),
  json: z.boolean().default(false),
})

/** Reads the words of the command line. Throws `invalid-input` naming the option. */
export function parseOptions(args: readonly string[]): ChaosOptions & { json: boolean } {
  const texts = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { seed: texts, kills: texts, minutes: texts, json: { type: 'boolean' } },
    })
    const { minutes, ...options } = zOptions.parse(values)
    return { ...options, minutes: minutes ?? (options.kills * SECONDS_PER_KILL) / 60 }
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : ''
    throw new AppError('invalid-input', `npm run chaos -- --kills 200 --seed 1 [--minutes 15] [--json]: ${what}`)
  }
}
