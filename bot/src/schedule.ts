import { purgeExpiredInstallIntents } from '@dcs/shared/db'
import { resolveDatabaseSettings, toCronFields } from '@dcs/shared/settings'
import { Cron } from 'croner'
import type { BotContext } from './context.ts'

/** Removes expired install intents as often as the settings say. Returns how to stop. */
export function startSchedule({ settings, log }: BotContext): () => Promise<void> {
  const { install_intent_purge_cron: schedule, install_intent_purge_grace_seconds: graceSeconds } =
    resolveDatabaseSettings({ instance: settings })
  const fields = toCronFields(schedule)
  if (fields === null) return async () => {}
  const job = new Cron(fields, { protect: true, timezone: 'UTC' }, async () => {
    try {
      const purged = await purgeExpiredInstallIntents(graceSeconds)
      if (purged > 0) log.info({ purged }, 'expired install intents removed')
    } catch (error) {
      log.warn({ err: error }, 'expired install intents could not be removed')
    }
  })
  return async () => job.stop()
}
