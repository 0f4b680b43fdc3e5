import type { Difference } from './compare.ts'
import type { Recovery } from './progress.ts'
import type { ChaosResult } from './run.ts'

const EXAMPLES = 8
const KINDS = ['lost', 'duplicated', 'wrong', 'coverage'] as const

/** Whether nothing was lost, twice or wrong, and everything was done. */
export function isClean({ differences, unfinished }: ChaosResult): boolean {
  return differences.length === 0 && unfinished.length === 0
}

/** One JSON object per line: the kills by what was killed, the differences by kind, and the sum. */
export function toJsonLines(result: ChaosResult): string[] {
  const { recoveries, differences, unfinished, ends, ...sum } = result
  return [
    ...byTarget(recoveries).map((line) => ({ chaos: 'kills', ...line })),
    ...KINDS.map((kind) => ({ chaos: 'differences', kind, ...countOf(differences, kind) })),
    ...unfinished.map((left) => ({ chaos: 'unfinished', ...left })),
    ...ends.map((end) => ({ chaos: 'ended', ...end })),
    { chaos: 'sum', ok: isClean(result), ...sum, plan_follows_from_seed: true, timings_follow_from_seed: false },
  ].map((line) => JSON.stringify(line))
}

/** The same for people. */
export function toText(result: ChaosResult): string {
  const { seed, kills, clips, messages, seconds, recoveries, differences, unfinished, ends, folder, retried } = result
  const lines = [
    `${kills} kills, seed ${seed}: ${clips} clips in ${messages} messages, ${Math.round(seconds)} s. The plan follows from the seed; the moments differ.`,
    '',
    `${'killed'.padEnd(12)} times   up again ms (median/most)   progress ms (median/most)`,
    ...byTarget(recoveries).map(
      ({ target, kills: times, ready, progress }) =>
        `${target.padEnd(12)} ${String(times).padStart(5)}   ${spread(ready)}   ${spread(progress)}`,
    ),
    '',
  ]
  for (const kind of KINDS) {
    const { count, examples } = countOf(differences, kind)
    lines.push(`${kind.padEnd(12)} ${String(count).padStart(5)}`)
    for (const { id, why } of examples) lines.push(`    ${id}: ${why}`)
  }
  lines.push(`given up while Discord was not itself, then tried again by a manager: ${retried}`)
  for (const { what, count, examples } of unfinished) lines.push(`not done: ${count} × ${what}: ${examples}`)
  for (const { name, words } of ends.slice(0, EXAMPLES)) lines.push(`${name} ended by itself: ${words}`)
  if (ends.length > EXAMPLES) lines.push(`and ${ends.length - EXAMPLES} more times`)
  lines.push(
    '',
    isClean(result)
      ? 'Nothing lost, nothing twice, nothing wrong.'
      : `Not clean. Logs, database and objects: ${folder}`,
  )
  return lines.join('\n')
}

function byTarget(recoveries: readonly Recovery[]) {
  return [...new Set(recoveries.map(({ target }) => target))].toSorted().map((target) => {
    const own = recoveries.filter((recovery) => recovery.target === target)
    return {
      target,
      kills: own.length,
      ready: figures(own.map(({ readyMs }) => readyMs)),
      progress: figures(own.map(({ progressMs }) => progressMs)),
    }
  })
}

function figures(values: readonly (number | null)[]): { median: number; most: number } | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  const [median, most] = [known[Math.floor(known.length / 2)], known.at(-1)]
  return median === undefined || most === undefined ? null : { median: Math.round(median), most: Math.round(most) }
}

function countOf(differences: readonly Difference[], kind: Difference['kind']) {
  const own = differences.filter((difference) => difference.kind === kind)
  return { count: own.length, examples: own.slice(0, EXAMPLES).map(({ id, why }) => ({ id, why })) }
}

function spread(range: { median: number; most: number } | null): string {
  return `${String(range?.median ?? '–').padStart(12)}/${String(range?.most ?? '–').padEnd(12)}`
}
