import type * as z from 'zod'
import { ApiError } from './errors.ts'

/** One thing that is wrong with a request body, with Discord's name for it. */
export type FormProblem = { path: readonly PropertyKey[]; code: string; message: string }

/** All problems of a body at once, in Discord's tree of field names (code 50035). */
export function formError(problems: readonly FormProblem[]): ApiError {
  const tree: Record<string, unknown> = {}
  for (const { path, code, message } of problems) {
    let node = tree
    for (const step of path) node = (node[String(step)] ??= {}) as Record<string, unknown>
    const list = (node['_errors'] ??= []) as unknown[]
    list.push({ code, message })
  }
  return new ApiError(400, 50_035, 'Invalid Form Body', tree)
}

/** Parses a body. Throws Discord's form error with everything that is wrong. */
export function parseForm<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value ?? {}, { reportInput: true })
  if (parsed.success) return parsed.data
  throw formError(parsed.error.issues.map(toProblem))
}

function toProblem(issue: z.core.$ZodIssue): FormProblem {
  const { path } = issue
  if (issue.code === 'custom')
    return { path, code: String(issue.params?.['code'] ?? 'BASE_TYPE_INVALID'), message: issue.message }
  if (issue.input === undefined) return { path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
  if (issue.code === 'invalid_type') return { path, ...wrongType(issue.expected, issue.input) }
  if (issue.code === 'too_big' || issue.code === 'too_small') return { path, ...wrongSize(issue) }
  if (issue.code === 'invalid_value')
    return {
      path,
      code: 'BASE_TYPE_CHOICES',
      message: `Value must be one of {${issue.values.map((value) => String(value)).join(', ')}}.`,
    }
  if (issue.code === 'invalid_union' && issue.errors[0]?.[0])
    return toProblem({ ...issue.errors[0][0], path: [...path, ...issue.errors[0][0].path] })
  return { path, code: 'BASE_TYPE_INVALID', message: issue.message }
}

function wrongType(expected: string, input: unknown): Omit<FormProblem, 'path'> {
  const shown = typeof input === 'string' ? input : JSON.stringify(input)
  if (expected === 'int' || expected === 'number')
    return { code: 'NUMBER_TYPE_COERCE', message: `Value "${shown}" is not int.` }
  if (expected === 'boolean') return { code: 'BOOLEAN_TYPE_CONVERT', message: 'Must be either true or false.' }
  if (expected === 'array') return { code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' }
  if (expected === 'object' || expected === 'record')
    return { code: 'MODEL_TYPE_CONVERT', message: 'Only dictionaries may be used in a ModelType' }
  return { code: 'STRING_TYPE_CONVERT', message: `Could not interpret "${shown}" as string.` }
}

function wrongSize(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): Omit<FormProblem, 'path'> {
  const limit = issue.code === 'too_big' ? issue.maximum : issue.minimum
  if (issue.origin === 'string' || issue.origin === 'array' || issue.origin === 'set')
    return issue.code === 'too_big'
      ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${limit} or fewer in length.` }
      : { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${limit} or more in length.` }
  return issue.code === 'too_big'
    ? { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${limit}.` }
    : { code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${limit}.` }
}
