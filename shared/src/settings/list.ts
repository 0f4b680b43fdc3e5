import * as z from 'zod'
import { settingsFile } from './registry.ts'
import { metaOf, type SettingMeta } from './setting.ts'

/** A section of the settings file. */
export type SettingsSection = keyof (typeof settingsFile)['shape']

/** A setting with its place: what forms, the reference and the settings file are made from. */
export type SettingEntry = SettingMeta & {
  section: SettingsSection
  /** Keys below the section, as in a stored object. */
  path: readonly string[]
  /** The same as one word: `match.min_video_seconds`. */
  key: string
}

/** Every setting, in the order of the registry. */
export const settingEntries: readonly SettingEntry[] = Object.entries(settingsFile.shape).flatMap(([section, tree]) =>
  listBelow(tree, []).map((entry) => ({ ...entry, section: section as SettingsSection })),
)

function listBelow(tree: z.ZodObject, path: readonly string[]): Omit<SettingEntry, 'section'>[] {
  return Object.entries(tree.shape).flatMap(([name, node]) => {
    const at = [...path, name]
    return node instanceof z.ZodObject ? listBelow(node, at) : [{ ...metaOf(node), path: at, key: at.join('.') }]
  })
}
