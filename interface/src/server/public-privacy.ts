import { loadConfig } from '@dcs/shared/config'
import { resolveChannelSettings, resolveGuildSettings } from '@dcs/shared/settings'
import type { PublicPrivacy } from '../lib/api-types.ts'
import { instanceSettings } from './instance-settings.ts'

/** How this instance treats data, from the settings that count now. */
export async function findPublicPrivacy(): Promise<PublicPrivacy> {
  const config = loadConfig()
  const instance = await instanceSettings()
  const guild = resolveGuildSettings({ instance })
  return {
    contact: config.operator.contact ?? null,
    logDays: config.operator.logDays ?? null,
    defaults: {
      keepsText: guild.keep_message_text,
      deletionPolicy: guild.deletion_policy,
      deletionGraceDays: guild.deletion_grace_days,
      eraseWhenRemovedDays: guild.erase_when_removed_days,
      purgeGraceDays: guild.purge_grace_days,
    },
    isEncrypted: config.storageKey !== null,
    storesCopiesOfLinks: resolveChannelSettings({ instance }).match.link_hosts.length > 0,
  }
}
