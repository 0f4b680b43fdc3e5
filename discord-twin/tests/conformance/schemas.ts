import * as spec from 'discord-api-spec/zod'
import * as z from 'zod'
import type { JsonSchema } from '../../src/coverage/document.ts'
import { replacedSchemas } from './exceptions.ts'

type Schema = z.core.$ZodType

const names = new Map<Schema, string>()
const components = new Map<string, Schema>()
for (const [key, value] of Object.entries(spec)) {
  if (!key.endsWith('Schema') || typeof value !== 'object' || value === null) continue
  const name = key.slice(0, -'Schema'.length)
  components.set(name, value as Schema)
  names.set(value as Schema, name)
}

for (const [name, { schema }] of Object.entries(replacedSchemas)) names.set(schema, name)

/** The schema of a component of Discord's document. */
export function component(name: string): Schema {
  const found = replacedSchemas[name]?.schema ?? components.get(name)
  if (!found) throw new Error(`Discord's document has no component ${name}.`)
  return found
}

/** The component that a schema is, if it is one. */
export function nameOf(schema: Schema): string | null {
  return names.get(schema) ?? null
}

/** A zod schema for a JSON schema as the reduced document has them. */
export function toZod(json: JsonSchema): Schema {
  if (json.$ref) return component(json.$ref)
  const options = json.oneOf ?? json.anyOf
  if (options) {
    const schema = union(options.filter(({ type }) => type !== 'null').map(toZod))
    return options.some(({ type }) => type === 'null') ? z.nullable(schema) : schema
  }
  if (json.allOf) return json.allOf.length === 1 ? toZod(json.allOf[0]!) : union(json.allOf.map(toZod))
  if (json.enum && json.enum.length > 0) return z.literal(json.enum)
  const types = Array.isArray(json.type) ? json.type : [json.type]
  const schema = union(types.filter((type) => type !== 'null').map((type) => ofType(type, json)))
  return types.includes('null') ? z.nullable(schema) : schema
}

function ofType(type: string | undefined, json: JsonSchema): Schema {
  switch (type) {
    case 'boolean':
      return z.boolean()
    case 'integer':
    case 'number': {
      const number = type === 'integer' ? z.int() : z.number()
      return number.min(json.minimum ?? Number.MIN_SAFE_INTEGER).max(json.maximum ?? Number.MAX_SAFE_INTEGER)
    }
    case 'string': {
      const text = json.format === 'date-time' ? z.iso.datetime() : z.string()
      return text.min(json.minLength ?? 0).max(json.maxLength ?? Number.MAX_SAFE_INTEGER)
    }
    case 'array':
      return z
        .array(toZod(json.items ?? {}))
        .min(json.minItems ?? 0)
        .max(json.maxItems ?? Number.MAX_SAFE_INTEGER)
    case 'object':
      return json.properties ? object(json) : z.record(z.string(), toZod(json.additionalProperties ?? {}))
    case undefined:
    default:
      return z.unknown()
  }
}

function object({ properties = {}, required = [] }: JsonSchema): Schema {
  return z.object(
    Object.fromEntries(
      Object.entries(properties).map(([name, json]) => {
        const member = toZod(json)
        return [name, required.includes(name) ? member : z.optional(member)]
      }),
    ),
  )
}

function union(options: Schema[]): Schema {
  return options.length === 1 ? options[0]! : z.union(options)
}
