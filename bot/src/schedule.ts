import { database, purgeEndedApiTokens, purgeExpiredInstallIntents, purgeExpiredSessions } from '@dcs/shared/db'
import { enqueueOpenErasures, eraseLeftGuilds } from '@dcs/shared/jobs'
import { resolveDatabaseSettings, toCronFields } from '@dcs/shared/settings'
import { Cron } from 'croner'
import type { BotContext } from './context.ts'
import { startDueScans } from './services/scheduled-scans.ts'

/** Does what is to be done at fixed times: scans by the guilds' schedules, erasing of what is due, and the removal of expired install intents. `isSynced`: whether Discord has said which guilds the bot is in. Returns how to stop. */
export function startSchedule(context: BotContext, isSynced: () => boolean): () => Promise<void> {
  const stops = [
    everyMinute(context),
    purgeInstallIntents(context),
    forgetWhatIsOver(context),
    eraseWhatIsDue(context, isSynced),
  ]
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

function everyMinute(context: BotContext): () => Promise<void> {
  return repeat('* * * * *', async () => {
    try {
      const guilds = await startDueScans(context, new Date())
      if (guilds.length > 0) context.log.info({ guilds }, 'scheduled scans started')
    } catch (error) {
      context.log.warn({ err: error }, 'the schedules could not be looked at')
    }
  })
}

function purgeInstallIntents({ settings, log }: BotContext): () => Promise<void> {
  const { install_intent_purge_cron: schedule, install_intent_purge_grace_seconds: graceSeconds } =
    resolveDatabaseSettings({ instance: settings })
  const fields = toCronFields(schedule)
  if (fields === null) return async () => {}
  return repeat(fields, async () => {
    try {
      const purged = await purgeExpiredInstallIntents(graceSeconds)
      if (purged > 0) log.info({ purged }, 'expired install intents removed')
    } catch (error) {
      log.warn({ err: error }, 'expired install intents could not be removed')
    }
  })
}

/** Sessions, begun sign-ins and API tokens that are over: nobody needs them any more, and they are data of people. */
function forgetWhatIsOver({ log }: BotContext): () => Promise<void> {
  return repeat('41 * * * *', async () => {
    try {
      const [sessions, tokens] = [await purgeExpiredSessions(), await purgeEndedApiTokens()]
      if (sessions + tokens > 0) log.info({ sessions, tokens }, 'sessions and tokens that are over removed')
    } catch (error) {
      log.warn({ err: error }, 'sessions and tokens that are over could not be removed')
    }
  })
}

/** What is hidden is erased when its grace is over, and guilds that the bot was removed from when their settings say so. */
function eraseWhatIsDue({ settings, queue, log }: BotContext, isSynced: () => boolean): () => Promise<void> {
  return repeat('23 * * * *', async () => {
    try {
      // Before that the bot may be in a guild again without knowing it.
      const guilds = isSynced() ? await eraseLeftGuilds(queue, settings) : []
      if (guilds.length > 0) log.info({ guilds }, 'guilds that the bot was removed from are being erased')
      await enqueueOpenErasures(queue)
      await queue.enqueue('purge', [{}], database())
    } catch (error) {
      log.warn({ err: error }, 'what is due could not be erased')
    }
  })
}

/** Works at the times of a schedule, never twice at once. Stopping waits for what is being done. */
function repeat(fields: string, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  const job = new Cron(fields, { protect: true, timezone: 'UTC' }, () => (running = work()))
  return async () => {
    job.stop()
    await running
  }
}
