import * as z from 'zod'
import { acceptedAnswers, acceptedRequests, undocumentedMembers } from './exceptions.ts'
import { nameOf } from './schemas.ts'

type Schema = z.core.$ZodType

/** Everything in the body of a request or an answer that a schema does not allow, one sentence each; of an answer also the members it does not know. */
export function issuesOf(schema: Schema, value: unknown, kind: 'request' | 'answer'): string[] {
  const zulu = withoutOffsets(value)
  const result = z.safeParse(schema, zulu)
  const issues = (result.error?.issues ?? []).filter((issue) => !isAccepted(issue, [], zulu, kind))
  if (issues.length > 0) return issues.flatMap((issue) => describe(issue, []))
  return kind === 'answer' ? [...unknownMembers(schema, zulu, ''), ...timesWithoutOffset(value, '')] : []
}

function isAccepted(
  issue: z.core.$ZodIssue,
  outer: readonly PropertyKey[],
  value: unknown,
  kind: 'request' | 'answer',
): boolean {
  const path = [...outer, ...issue.path]
  if (issue.code === 'invalid_union')
    return issue.errors.some(
      (errors) => errors.length > 0 && errors.every((inner) => isAccepted(inner, path, value, kind)),
    )
  const accepted = Object.entries(kind === 'request' ? acceptedRequests : acceptedAnswers)
  const found = accepted.find(([end]) => `.${path.join('.')}`.endsWith(`.${end}`))
  const at = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null)?.[key], value)
  return found?.[1].accepts(at) ?? false
}

/** The package's schemas know times in UTC with a Z only; Discord writes +00:00. */
function withoutOffsets(value: unknown): unknown {
  if (typeof value === 'string')
    return /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(value) ? value.replace(/\+00:00$/, 'Z') : value
  return mapInside(value, withoutOffsets)
}

function timesWithoutOffset(value: unknown, path: string): string[] {
  if (typeof value === 'string')
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z?$/.test(value) ? [`${path}: ${value} lacks the offset that Discord writes`] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    timesWithoutOffset(inner, join(path, Array.isArray(value) ? 0 : key)),
  )
}

function mapInside(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]))
}

/** Of a union the issues of the option that fits best: objects tell by how far they got. */
function describe(issue: z.core.$ZodIssue, outer: readonly PropertyKey[]): string[] {
  const path = [...outer, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [`${path.reduce<string>(join, '') || '(root)'}: ${issue.message}`]
  const [best] = issue.errors.toSorted((a, b) => misfit(a) - misfit(b))
  return (best ?? []).flatMap((inner) => describe(inner, path))
}

/** A wrong discriminator or a wrong kind of value weighs more than a missing member. */
function misfit(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce(
    (sum, issue) =>
      sum + (issue.path.length === 0 ? 1000 : issue.code === 'invalid_value' && issue.path.at(-1) === 'type' ? 100 : 1),
    0,
  )
}

function unknownMembers(schema: Schema, value: unknown, path: string): string[] {
  const { def } = schema as unknown as { def: z.core.$ZodTypes['_zod']['def'] }
  if (def.type === 'lazy') return unknownMembers(def.getter(), value, path)
  if (def.type === 'optional' || def.type === 'nullable')
    return value === null || value === undefined ? [] : unknownMembers(def.innerType, value, path)
  if (def.type === 'array')
    return (value as unknown[]).flatMap((item, index) => unknownMembers(def.element, item, join(path, index)))
  if (def.type === 'record')
    return entries(value).flatMap(([key, item]) => unknownMembers(def.valueType, item, join(path, key)))
  if (def.type === 'object')
    return entries(value).flatMap(([key, item]) => {
      const member = def.shape[key]
      if (member) return unknownMembers(member, item, join(path, key))
      const place = `${nameOf(schema) ?? '(inline)'}.${key}`
      return place in undocumentedMembers ? [] : [`${join(path, key)}: Discord's document has no member ${place}`]
    })
  if (def.type === 'union')
    return (
      def.options
        .filter((option) => z.safeParse(option, value).success)
        .map((option) => unknownMembers(option, value, path))
        .toSorted((a, b) => a.length - b.length)[0] ?? []
    )
  if (def.type === 'intersection') {
    const right = new Set(unknownMembers(def.right, value, path))
    return unknownMembers(def.left, value, path).filter((issue) => right.has(issue))
  }
  return []
}

function entries(value: unknown): [string, unknown][] {
  return Object.entries(value as Record<string, unknown>)
}

function join(path: string, key: PropertyKey): string {
  const name = typeof key === 'number' ? '[]' : String(key)
  return path === '' ? name : `${path}.${name}`
}
