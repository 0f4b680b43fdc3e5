import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { AppError } from '../core/errors.ts'
import { formatPath, SettingsError, type SettingsIssue } from './issues.ts'
import { readSettings } from './read.ts'
import { settingsFile } from './registry.ts'
import type { InstanceSettings } from './values.ts'

/** The settings file of the checkout: every setting with its default. */
export const defaultSettingsPath = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../../settings.default.jsonc',
)

/**
 * Reads the settings file of this instance: JSON with comments and trailing commas; settings it leaves out keep their default.
 * Throws `invalid-input` naming the file and everything wrong in it, by line, key, value and what is allowed.
 * Without a path it reads the file of the checkout, which may be missing.
 */
export async function loadSettingsFile(file?: string): Promise<InstanceSettings> {
  const name = file === undefined ? defaultSettingsPath : path.resolve(file)
  const text = await readText(name, file !== undefined)
  return text === null ? {} : parseSettingsFile(text, name)
}

/** The same for text already read; `name` is what messages call the file. */
export function parseSettingsFile(text: string, name: string): InstanceSettings {
  const source = text.replace(/^\uFEFF/, '')
  const errors: ParseError[] = []
  const root = parseTree(source, errors, { allowTrailingComma: true })
  if (errors.length > 0 || !root) throw new SettingsError(headline(name), syntaxIssues(source, name, errors))

  const json: unknown = getNodeValue(root)
  const { issues } = readSettings(settingsFile, json, { from: 'instance', unknownKeys: 'reject' })
  const placed = [...issues, ...duplicateKeys(root)]
    .map((issue) => ({ issue, offset: findNodeAtLocation(root, [...issue.path])?.offset ?? 0 }))
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ issue, offset }) => ({ ...issue, message: `${position(source, offset)} ${issue.message}` }))
  if (placed.length > 0) throw new SettingsError(headline(name), placed)
  return json as InstanceSettings
}

async function readText(file: string, isRequired: boolean): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    if (code === 'ENOENT' && !isRequired) return null
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new AppError(
      'invalid-input',
      `The settings file ${file} ${reason}. It must be a file of JSON with comments, like settings.default.jsonc; DEFAULT_SETTINGS_PATH names it.`,
      { cause: error },
    )
  }
}

function headline(name: string): string {
  return `The settings file ${name} cannot be used, nothing of it was applied:`
}

function syntaxIssues(source: string, name: string, errors: readonly ParseError[]): SettingsIssue[] {
  const allowed = 'JSON with comments'
  if (source.trim() === '')
    return [
      { path: [], value: source, allowed, message: '1:1 The file is empty, but must hold an object, at least {}.' },
    ]
  const remedy = /\.ya?ml$/i.test(name) ? ' YAML is not read: write it as JSON with comments.' : ''
  // One slip makes the parser stumble over much of what follows; the first ones are the ones to fix.
  return errors.slice(0, 3).map(({ error, offset, length }) => {
    const value = source.slice(offset, offset + length)
    const what = printParseErrorCode(error)
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase()
    const near = value.trim() ? ` at ${JSON.stringify(value.slice(0, 40))}` : ''
    return { path: [], value, allowed, message: `${position(source, offset)} Not ${allowed}: ${what}${near}.${remedy}` }
  })
}

function duplicateKeys(node: Node, at: readonly string[] = []): SettingsIssue[] {
  const issues: SettingsIssue[] = []
  const seen = new Set<string>()
  for (const { children: [key, value] = [] } of node.type === 'object' ? (node.children ?? []) : []) {
    if (!key || !value) continue
    const path = [...at, String(key.value)]
    const message = `${formatPath(path)} is set more than once; leave one of them.`
    if (seen.has(String(key.value)))
      issues.push({ path, value: getNodeValue(value), allowed: 'each key once', message })
    seen.add(String(key.value))
    issues.push(...duplicateKeys(value, path))
  }
  return issues
}

function position(source: string, offset: number): string {
  const before = source.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}
