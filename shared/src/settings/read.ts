import * as z from 'zod'
import { formatPath, formatValue, type SettingsIssue } from './issues.ts'
import { metaOf, type SettingEditor, type SettingLevel, type SettingMeta } from './setting.ts'
import { findHint } from './hints.ts'

type Path = readonly (string | number)[]

/** How an object of settings is read. */
export type ReadOptions = {
  /** Where the object stands; settings that cannot be set there count as unknown. */
  from: SettingLevel
  /** Stored objects may hold keys of others; files and edits may not. */
  unknownKeys: 'ignore' | 'reject'
  /** For an edit: who makes it. `null` for a group then resets all of it. */
  editor?: SettingEditor
}

/** Picks the known settings out of an untrusted object and reports what is wrong with the rest. */
export function readSettings(
  tree: z.ZodObject,
  json: unknown,
  options: ReadOptions,
): { settings: Record<string, unknown>; issues: SettingsIssue[] } {
  const issues: SettingsIssue[] = []
  const settings = readGroup(tree, json, [], options, issues)
  return { settings, issues }
}

function readGroup(
  tree: z.ZodObject,
  json: unknown,
  path: Path,
  options: ReadOptions,
  issues: SettingsIssue[],
): Record<string, unknown> {
  if (!isObject(json)) {
    issues.push(mustBe(path, json, `an object with any of ${Object.keys(tree.shape).join(', ')}`))
    return {}
  }
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(json)) {
    if (value === undefined) continue
    const at = [...path, key]
    const node = Object.hasOwn(tree.shape, key) ? tree.shape[key] : undefined
    if (node === undefined) {
      if (options.unknownKeys === 'reject') issues.push(unknownKey(tree, at, value))
    } else if (node instanceof z.ZodObject) {
      if (value !== null) out[key] = readGroup(node, value, at, options, issues)
      else if (options.editor) out[key] = readGroup(node, allNull(node), at, options, issues)
    } else {
      const found = checkSetting(node, value, at, options)
      if (found === 'use') out[key] = value
      else if (found !== 'skip') issues.push(...found)
    }
  }
  return out
}

function checkSetting(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
  options: ReadOptions,
): 'use' | 'skip' | SettingsIssue[] {
  const meta = metaOf(schema)
  if (options.from === 'channel' && meta.level !== 'channel')
    return options.unknownKeys === 'ignore'
      ? 'skip'
      : [refused(path, value, meta, 'is set for a guild, not for a channel')]
  if (options.editor === 'guild-admin' && meta.changedBy === 'operator')
    return [refused(path, value, meta, 'can only be changed by the operator of this instance')]
  if (value === null) return 'use'
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return 'use'
  return parsed.error.issues.map((issue) => {
    const inner = issue.path.filter((key) => typeof key === 'number')
    return mustBe([...path, ...inner], valueAt(value, inner), meta.allowed, inner.length > 0 ? path : [])
  })
}

// An item of a list is named itself, but what is allowed is said of the list.
function mustBe(path: Path, value: unknown, allowed: string, list: Path = []): SettingsIssue {
  const whole = list.length > 0 ? `${formatPath(list)} ` : ''
  const subject = path.length === 0 ? 'The whole' : formatPath(path)
  return { path, value, allowed, message: `${subject} is ${formatValue(value)}, but ${whole}must be ${allowed}.` }
}

function refused(path: Path, value: unknown, meta: SettingMeta, why: string): SettingsIssue {
  return { path, value, allowed: meta.allowed, message: `${formatPath(path)} (${formatValue(value)}) ${why}.` }
}

function unknownKey(tree: z.ZodObject, path: Path, value: unknown): SettingsIssue {
  const allowed = `one of ${Object.keys(tree.shape).join(', ')}`
  const hint = findHint(tree, String(path.at(-1))) ?? `must be ${allowed}`
  return { path, value, allowed, message: `${formatPath(path)} (${formatValue(value)}) is not a setting: ${hint}.` }
}

function allNull(tree: z.ZodObject): Record<string, null> {
  return Object.fromEntries(Object.keys(tree.shape).map((key) => [key, null]))
}

function valueAt(value: unknown, path: readonly number[]): unknown {
  return path.reduce<unknown>((inner, index) => (Array.isArray(inner) ? inner[index] : inner), value)
}

/** Whether the value is what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
