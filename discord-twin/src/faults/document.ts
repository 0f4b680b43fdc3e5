import * as z from 'zod'
import { faultKinds } from './kinds/index.ts'
import { RoughDay } from './presets.ts'
import { selectors, type SelectorName } from './selectors.ts'

type Field = {
  description?: string
  default?: unknown
  type?: string
  enum?: unknown[]
  anyOf?: Field[]
  items?: Field
}

const STRIKES: Record<SelectorName, string> = {
  request: 'requests',
  event: 'events on their way to a session of the gateway',
  turn: 'what a client does on the gateway',
  time: 'all there is, as long as it is switched on',
}

const INTRODUCTION = `# Faults

What can be wrong with the twin, each by its name. This file is made by \`npm run generate\`.

\`\`\`ts
const fault = twin.faults.add({ kind: 'server-error', status: 502, route: 'GET /channels/{channel_id}/messages', times: 3 })
await fault.struck(3)
fault.remove()
\`\`\`

From another program: \`POST /_twin/faults\` with the same object as JSON answers the fault with its \`id\`; \`GET /_twin/faults\` lists them with how often each struck, \`DELETE /_twin/faults/:id\` and
\`DELETE /_twin/faults\` switch off, \`POST /_twin/faults/:id/release\` lets go what a \`hold\` holds, \`GET /_twin/faults/kinds\` describes every kind. Several faults at once strike in the order in which
they were switched on. Requests to the twin itself (\`/\` and \`/_twin\`) are never struck. Milliseconds run as fast as the twin's clock.

What every fault can be limited to depends on what it strikes; all limits that are given must fit.`

/** FAULTS.md: every kind of fault with its options, from the definitions. */
export function renderFaults(): string {
  const limits = (Object.keys(selectors) as SelectorName[]).map((name) =>
    [`### ${name}: ${STRIKES[name]}`, '', ...fieldLines(z.strictObject(selectors[name]))].join('\n'),
  )
  const kinds = faultKinds.map(({ kind, doc, selector, own, schema }) => {
    const lines = fieldLines(schema).filter((line) => own.some((name) => line.startsWith(`- \`${name}\``)))
    return [`### ${kind}`, '', `${doc} Limits: ${selector}.`, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n')
  })
  const preset = [
    '## Presets',
    '',
    '`POST /_twin/faults/presets/rough-day`, or `twin.faults.addRoughDay()`, switches on a mix of faults that strike by chance and answers all of them. A client that follows the documentation loses nothing but what was held back when its connection broke.',
    '',
    ...fieldLines(RoughDay),
  ]
  return (
    [INTRODUCTION, '## Limits', ...limits, '## Kinds', ...kinds, preset.join('\n'), ''].join('\n\n').trimEnd() + '\n'
  )
}

function fieldLines(schema: z.ZodObject): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, Field> }
  return Object.entries(properties)
    .filter(([name]) => name !== 'kind')
    .map(([name, field]) => {
      const fallback = field.default === undefined ? '' : `, \`${JSON.stringify(field.default)}\` when left out`
      return `- \`${name}\` (${typeOf(field)}${fallback}): ${field.description ?? ''}`
    })
}

function typeOf(field: Field): string {
  if (field.enum) return field.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ')
  if ('const' in field) return `\`${JSON.stringify(field.const)}\``
  if (field.anyOf) return field.anyOf.map(typeOf).join(' or ')
  if (field.type === 'array') return `list of ${field.items ? typeOf(field.items) : 'anything'}`
  return field.type === 'integer' ? 'whole number' : (field.type ?? 'anything')
}
