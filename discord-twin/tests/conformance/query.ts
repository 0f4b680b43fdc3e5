import * as z from 'zod'
import type { Operation } from '../../src/coverage/document.ts'
import { toZod } from './schemas.ts'

/** What is wrong with the query of an accepted request: values, unknown names, missing ones. */
export function queryIssues(operation: Operation, query: Record<string, string | string[]>): string[] {
  const known = operation.query ?? {}
  const wrong = Object.entries(query).flatMap(([name, value]) => {
    const json = known[name] ?? known[name.replace(/\[\]$/, '')]
    if (!json) return [`query ${name}: Discord's document has no such parameter`]
    const schema = toZod(json)
    return readings(value).some((reading) => z.safeParse(schema, reading).success)
      ? []
      : [`query ${name}: ${JSON.stringify(value)} is not what the document allows`]
  })
  const missing = (operation.requiredQuery ?? []).filter((name) => !(name in query))
  return [...wrong, ...missing.map((name) => `query ${name}: missing`)]
}

/** An address has text only; the document has numbers, booleans and lists. */
function readings(value: string | string[]): unknown[] {
  if (Array.isArray(value)) return [value, value.map(Number)]
  return [
    value,
    // The package's schemas know times in UTC with a Z only; Discord writes +00:00.
    ...(value.endsWith('+00:00') ? [value.replace('+00:00', 'Z')] : []),
    // The document has some ids as numbers, which JavaScript's are too small for.
    ...(/^-?\d+$/.test(value) ? [Math.min(Number(value), Number.MAX_SAFE_INTEGER)] : []),
    ...(/^(true|false|1|0)$/i.test(value) ? [/^(true|1)$/i.test(value)] : []),
    [value],
    ...(/^-?\d+$/.test(value) ? [[Number(value)]] : []),
  ]
}
