import fs from 'node:fs'
import path from 'node:path'
import { startTwin } from '../twin.ts'
import { compareRoutes } from './coverage.ts'
import { reasons } from './reasons.ts'

const file = path.resolve(import.meta.dirname, '../../DIFFERENCES.md')
const BEGIN = '<!-- routes: begin (npm run generate) -->'
const END = '<!-- routes: end -->'

/** DIFFERENCES.md with the list of routes as the twin serves them now; the rest of the file stays as it is. */
export async function renderDifferences(): Promise<string> {
  const text = fs.readFileSync(file, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`DIFFERENCES.md lacks ${BEGIN} or ${END}.`)
  const twin = await startTwin({ world: 'empty' })
  await twin.close()
  return `${before}${BEGIN}\n\n${renderRoutes(twin.routes)}\n${END}${after}`
}

/** The routes served and not served. Throws for a route that is not served and has no reason. */
export function renderRoutes(routes: readonly string[]): string {
  const { served, notServed, extra } = compareRoutes(routes)
  const missing = groupBy(notServed, (route) => {
    const reason = reasons.find(({ paths }) => paths.test(route.split(' ')[1] ?? ''))
    if (!reason) throw new Error(`Not served, and without a reason in src/coverage/reasons.ts: ${route}`)
    return reason
  })
  return [
    `Of ${served.length + notServed.length} routes in Discord's document the twin serves ${served.length}, and ${extra.length} that are documented in prose only.`,
    '',
    '### Served',
    '',
    ...byPath([...served, ...extra]),
    '',
    '### Not served',
    '',
    'They answer 404 with code 0.',
    '',
    ...reasons.flatMap((reason) => {
      const found = missing.get(reason)
      return found ? [`- **${reason.group}** (${found.length}). ${reason.reason}`, ...byPath(found).map(indented)] : []
    }),
    '',
  ].join('\n')
}

/** One line a path, with its methods. */
function byPath(routes: readonly string[]): string[] {
  return [...groupBy(routes, (route) => route.split(' ')[1] ?? '')]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([route, found]) => `- \`${route}\` ${found.map((name) => name.split(' ')[0]).join(', ')}`)
}

function indented(line: string): string {
  return `  ${line}`
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}
