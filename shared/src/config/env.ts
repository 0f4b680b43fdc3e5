import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { AppError } from '../core/errors.ts'
import { hideInLogs } from '../core/redact.ts'
import { envVariables, type EnvVariable } from './variables.ts'

/** The values of all variables, by the first of their names; undefined when not set. */
export type Env = { [V in EnvVariable as V['names'][0]]: z.output<V['schema']> | undefined }

/** The root of the checkout: where `data/` and `settings.default.jsonc` are unless the environment says otherwise. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')

/**
 * Reads and checks every variable the product knows. An empty value counts as not set. Where a variable has two names, the first wins.
 * Throws `invalid-input` listing all bad variables at once, each with its value (secrets hidden) and what is allowed.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const variable of envVariables) {
    const name = variable.names.find((candidate) => source[candidate]?.trim())
    if (name === undefined) continue
    const raw = 'keepsSpaces' in variable ? source[name] : source[name]?.trim()
    if ('secret' in variable && variable.secret) hideInLogs(raw, ...passwordsIn(raw))
    const parsed = variable.schema.safeParse(raw)
    if (parsed.success) values[variable.names[0]] = parsed.data
    else {
      const shown = 'secret' in variable && variable.secret ? 'the value (hidden)' : JSON.stringify(raw)
      problems.push(`${name}: ${shown} ${parsed.error.issues.map((issue) => issue.message).join(', ')}`)
    }
  }
  if (problems.length > 0)
    throw new AppError('invalid-input', `The environment has values that cannot be used:\n  ${problems.join('\n  ')}`)
  return values as Env
}

/** The password of an address, as it stands there and as it is meant. */
function passwordsIn(value: string | undefined): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:/@]*:(.+)@/i.exec(value ?? '')?.[1]
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** The environment for a program we start: ours with these values set, or removed where undefined. */
export function childEnvironment(values: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return { ...process.env, ...values }
}
