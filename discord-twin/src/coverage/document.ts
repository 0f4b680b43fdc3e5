import fs from 'node:fs'
import path from 'node:path'

/** A JSON schema as Discord's document has it; `$ref` names a component. */
export type JsonSchema = {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  additionalProperties?: JsonSchema
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  enum?: (string | number)[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  format?: string
}

/** What Discord's document says of one method of one path; a response of `null` has no body. */
export type Operation = {
  operationId: string
  query?: Record<string, JsonSchema>
  requiredQuery?: string[]
  request?: JsonSchema
  responses: Record<string, JsonSchema | null>
}

/** Discord's REST API: path, then method. */
export const documentedRoutes = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../../data/discord-routes.json'), 'utf8'),
) as Record<string, Record<string, Operation>>

const byShape = new Map(Object.keys(documentedRoutes).map((route) => [shapeOf(route), route]))

/** The path of Discord's document for a route of the server (`/api/channels/:channel`); without one, the route in the same form. */
export function documentedPath(route: string): string {
  const path = route.replace(/^\/api(\/v\d+)?(?=\/|$)/, '').replace(/:(\w+)(\([^)]*\))?\??/g, '{$1}')
  return byShape.get(shapeOf(path)) ?? path
}

function shapeOf(route: string): string {
  return route.replace(/\{\w+\}/g, '{}')
}
