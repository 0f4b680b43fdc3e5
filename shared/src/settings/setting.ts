import * as z from 'zod'
import type { SettingInput, SettingKind } from './kinds.ts'

/** The deepest place at which a setting can be set: the settings file, a guild, or a single channel. */
export type SettingLevel = 'instance' | 'guild' | 'channel'

/** Who may change a setting: whoever runs the product, or also those who may manage the guild. */
export type SettingEditor = 'operator' | 'guild-admin'

/** What people are told about a setting, and where and by whom it can be set. */
export type SettingAbout = {
  title: string
  description: string
  unit?: string
  level: SettingLevel
  changedBy: SettingEditor
  /** Why it has no effect. It is accepted, so that files and rows that name it stay good, and offered nowhere. */
  retired?: string
}

/** Everything known about a setting besides its schema. */
export type SettingMeta = SettingAbout & {
  /** What is allowed, as a phrase that follows "must be". */
  allowed: string
  input: SettingInput
  fallback: unknown
}

const registry = z.registry<SettingMeta>()

/** Declares a setting: its kind of value, its default, and what it means. */
export function setting<S extends z.ZodType>(kind: SettingKind<S>, fallback: z.output<S>, about: SettingAbout) {
  const schema = kind.schema.default(Object.freeze(fallback) as z.core.util.NoUndefined<z.output<S>>)
  registry.add(schema, { ...about, allowed: kind.allowed, input: kind.input, fallback })
  return schema
}

/** What was declared about a setting. Throws for a schema that is not one. */
export function metaOf(schema: z.core.$ZodType): SettingMeta {
  const meta = registry.get(schema)
  if (!meta) throw new Error('This schema was not declared with setting()')
  return meta
}
