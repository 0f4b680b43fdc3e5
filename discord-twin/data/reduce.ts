import fs from 'node:fs'
import path from 'node:path'

/**
 * Reduces Discord's OpenAPI document (https://github.com/discord/discord-api-spec, MIT) to what the twin and its tests need of each operation. Run
 * `node discord-twin/data/reduce.ts openapi.json` after a new document is out.
 */
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

type Json = Record<string, unknown>
type Content = Record<string, { schema?: unknown }>
type Parameter = { name: string; in: string; required?: boolean; schema: unknown }
type Operation = {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}

const source = process.argv[2]
if (!source) throw new Error('Name the OpenAPI document.')
const document = JSON.parse(fs.readFileSync(source, 'utf8')) as {
  paths: Record<string, Record<string, unknown> & { parameters?: Parameter[] }>
}

const lines = Object.entries(document.paths)
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([route, item]) => {
    const operations = METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined
      return operation ? [[method.toUpperCase(), reduce(operation, item.parameters ?? [])]] : []
    })
    return `  ${JSON.stringify(route)}: ${JSON.stringify(Object.fromEntries(operations))}`
  })
fs.writeFileSync(path.join(import.meta.dirname, 'discord-routes.json'), `{\n${lines.join(',\n')}\n}\n`)

function reduce(operation: Operation, shared: Parameter[]): Json {
  const query = [...shared, ...(operation.parameters ?? [])].filter((parameter) => parameter.in === 'query')
  const request = schemaOf(operation.requestBody?.content)
  return {
    operationId: operation.operationId,
    ...(query.length > 0
      ? { query: Object.fromEntries(query.map(({ name, schema }) => [name, withoutProse(schema)])) }
      : {}),
    ...(query.some(({ required }) => required)
      ? { requiredQuery: query.filter(({ required }) => required).map(({ name }) => name) }
      : {}),
    ...(request ? { request } : {}),
    responses: Object.fromEntries(
      Object.entries(operation.responses)
        .filter(([status]) => /^2\d\d$/.test(status))
        .map(([status, { content }]) => [status, schemaOf(content) ?? null]),
    ),
  }
}

function schemaOf(content: Content | undefined): unknown {
  return content?.['application/json'] && withoutProse(content['application/json'].schema)
}

/** A schema with short names of components and without what only people read. */
function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === '$ref') return [['$ref', String(inner).replace('#/components/schemas/', '')]]
      if (key === 'properties')
        return [[key, Object.fromEntries(Object.entries(inner as Json).map(([name, it]) => [name, withoutProse(it)]))]]
      return ['description', 'x-discord-union', 'title', 'deprecated'].includes(key) ? [] : [[key, withoutProse(inner)]]
    }),
  )
}
