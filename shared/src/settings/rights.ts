import type { Circumstances } from '../domain/access.ts'
import type { GuildSettingsValues } from './values.ts'

/** What the settings of a guild allow to roles, as the rule of access takes them. */
export function toRights(settings: GuildSettingsValues): Circumstances['rights'] {
  return {
    tag: settings.roles_may_tag,
    edit: settings.roles_may_edit,
    delete: settings.roles_may_delete,
    stats: settings.roles_may_see_stats,
    ageRestricted: settings.age_restricted_clips,
  }
}
