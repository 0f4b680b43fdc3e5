import {
  ensureGuildSettings,
  forgetTexts,
  getGuildSettings,
  listBlockedAuthors,
  listRoles,
  notifyClips,
  recordAudit,
  transaction,
  updateGuildSettings,
  type AuditVia,
} from '@dcs/shared/db'
import {
  parseSettingsChange,
  parseStoredGuildSettings,
  resolveGuildSettings,
  SettingsError,
} from '@dcs/shared/settings'
import type { AccessSettings, GuildAccessForm } from '../lib/api-types.ts'
import { toGuildItem } from './guild-item.ts'
import { instanceSettings } from './instance-settings.ts'
import { countProblems } from './problems.ts'
import { requireManage } from './scan-channels.ts'
import type { ViewerGuild } from './viewer.ts'

/** The settings of the page "Access"; others are not taken from it. */
export const ACCESS_SETTINGS = [
  'age_restricted_clips',
  'keep_message_text',
  'roles_may_tag',
  'roles_may_edit',
  'roles_may_delete',
  'roles_may_see_stats',
] as const satisfies (keyof AccessSettings)[]

const ROLE_SETTINGS = ACCESS_SETTINGS.filter((key) => key.startsWith('roles_'))

/** Who may do what in a guild, and of whom nothing is kept. Managers only. */
export async function findGuildAccess(own: ViewerGuild): Promise<GuildAccessForm> {
  requireManage(own)
  const { guildId } = own.guild
  const [instance, stored, roles, blocked, problems] = await Promise.all([
    instanceSettings(),
    getGuildSettings(guildId),
    listRoles(guildId),
    listBlockedAuthors(own.access),
    countProblems(own),
  ])
  const { settings: guild } = parseStoredGuildSettings(stored?.settings ?? {}, { lenient: true })
  const all = resolveGuildSettings({ instance, guild })
  return {
    guild: toGuildItem(own),
    settings: Object.fromEntries(ACCESS_SETTINGS.map((key) => [key, all[key]])) as AccessSettings,
    roles: roles
      .toSorted((a, b) => b.position - a.position)
      .map(({ roleId, name }) => ({ id: roleId, name: roleId === guildId ? 'Everyone' : name })),
    blocked: blocked.map(({ since, ...author }) => ({ ...author, since: since.toISOString() })),
    problems,
  }
}

/**
 * Stores some of these settings, all or none. Texts that are no longer wanted are erased with it. Throws `invalid-input` naming each value that is not allowed, also a
 * role that the guild does not have. Managers only.
 */
export async function saveGuildAccess(
  own: ViewerGuild,
  patch: Readonly<Record<string, unknown>>,
  by: { actorId: string; via: AuditVia },
): Promise<void> {
  requireManage(own)
  const { guildId } = own.guild
  const change = parseSettingsChange('guild', patch, { editor: 'guild-admin' })
  const known = new Set((await listRoles(guildId)).map(({ roleId }) => roleId))
  for (const key of ROLE_SETTINGS) {
    const stranger = ((change[key] ?? []) as string[]).find((id) => !known.has(id))
    if (stranger === undefined) continue
    const message = `${key} is ${JSON.stringify(stranger)}, but must be a role of this server.`
    const issue = { path: [key], value: stranger, allowed: 'a role of this server', message }
    throw new SettingsError('These settings were not saved:', [issue], { isPublic: true })
  }
  await transaction(async (tx) => {
    await ensureGuildSettings(guildId, {}, tx)
    await updateGuildSettings(guildId, change, tx)
    if (change['keep_message_text'] === false) await forgetTexts(guildId, tx)
    await notifyClips({ guildId, channelId: null }, tx)
    await recordAudit({ guildId, ...by, action: 'settings.change', target: guildId, details: change }, tx)
  })
}
