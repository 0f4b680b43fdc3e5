export { toClipRules } from './clip-rules.ts'
export { toRights } from './rights.ts'
export { channelSettings, databaseSettings, guildSettings } from './registry.ts'
export { settingEntries, type SettingEntry, type SettingsSection } from './list.ts'
export type { SettingEditor, SettingLevel, SettingMeta } from './setting.ts'
export type { SettingInput } from './kinds.ts'
export type {
  ChannelSettingsValues,
  DatabaseSettingsValues,
  GuildSettingsValues,
  InstanceSettings,
  Sparse,
  StoredChannelSettings,
  StoredGuildSettings,
} from './values.ts'
export { resolveChannelSettings, resolveDatabaseSettings, resolveGuildSettings, toSparse } from './resolve.ts'
export {
  applySettingsChange,
  parseSettingsChange,
  parseStoredChannelSettings,
  parseStoredGuildSettings,
  type ParsedSettings,
  type StoredOptions,
} from './stored.ts'
export { SettingsError, type SettingsIssue } from './issues.ts'
export { isCron, toCronFields } from './cron.ts'
