import {
  ensureGuildSettings,
  getGuildSettings,
  notifyScan,
  recordAudit,
  transaction,
  updateGuildSettings,
} from '@dcs/shared/db'
import { parseSettingsChange, parseStoredGuildSettings, resolveGuildSettings } from '@dcs/shared/settings'
import type { GuildScanSettings, ScanSettings } from '../lib/api-types.ts'
import { toGuildItem } from './guild-item.ts'
import { instanceSettings } from './instance-settings.ts'
import { countProblems } from './problems.ts'
import { requireManage } from './scan-channels.ts'
import { actorOf } from './via.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

/** The settings that the form has; others are not taken from it. */
export const SCAN_SETTINGS = [
  'enabled_by_default',
  'parse_threads',
  'ignore_nsfw_channels',
  'search_first',
  'schedule_cron',
  'tz',
  'deletion_policy',
  'deletion_grace_days',
] as const satisfies (keyof ScanSettings)[]

const TIME_ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

/** The scanning settings of a guild as they count now. Managers only. */
export async function findScanSettings(own: ViewerGuild): Promise<GuildScanSettings> {
  requireManage(own)
  const [instance, stored, problems] = await Promise.all([
    instanceSettings(),
    getGuildSettings(own.guild.guildId),
    countProblems(own),
  ])
  const { settings: guild } = parseStoredGuildSettings(stored?.settings ?? {}, { lenient: true })
  const all = resolveGuildSettings({ instance, guild })
  const settings = Object.fromEntries(SCAN_SETTINGS.map((key) => [key, all[key]])) as ScanSettings
  return { guild: toGuildItem(own), settings, timeZones: TIME_ZONES, problems }
}

/** Stores some of these settings, all or none; others of the guild stay. Throws `invalid-input` naming each value that is not allowed. Managers only. */
export async function saveScanSettings(
  viewer: Viewer,
  own: ViewerGuild,
  patch: Readonly<Record<string, unknown>>,
): Promise<void> {
  requireManage(own)
  const change = parseSettingsChange('guild', patch, { editor: 'guild-admin' })
  const { guildId } = own.guild
  await transaction(async (tx) => {
    await ensureGuildSettings(guildId, {}, tx)
    await updateGuildSettings(guildId, change, tx)
    await notifyScan({ guildId, channelId: null }, tx)
    const action = 'settings.change'
    await recordAudit({ guildId, ...actorOf(viewer), action, target: guildId, details: change }, tx)
  })
}
