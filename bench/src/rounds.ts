import { performance } from 'node:perf_hooks'

/** A way of doing something: `run` is timed, `prepare` is not. */
export type Contestant = { prepare?: () => Promise<unknown>; run: () => Promise<unknown> }

/** Milliseconds, by round. */
export type Times = readonly number[]

/** Lets all do their work in every round, each time in another order, after one round that does not count. */
export async function runRounds<Name extends string>(
  contestants: Record<Name, Contestant>,
  rounds: number,
): Promise<Record<Name, Times>> {
  const names = Object.keys(contestants) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= rounds; round++) {
    for (const name of shuffle(names)) {
      const took = await time(contestants[name])
      if (round > 0) times[name].push(took)
    }
  }
  return times
}

/** How long one run takes. */
export async function time({ prepare, run }: Contestant): Promise<number> {
  await prepare?.()
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}

/** How many times longer the first takes than the second: the median over the rounds, so that a slow moment of the machine counts for both. */
export function ratio(times: Times, others: Times): number {
  return median(times.map((took, round) => took / (others[round] ?? Number.NaN)))
}

/** The slowest over the fastest. */
export function spread(times: Times): number {
  return Math.max(...times) / Math.min(...times)
}

function shuffle<T>(values: readonly T[]): T[] {
  return values
    .map((value) => [Math.random(), value] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, value]) => value)
}
