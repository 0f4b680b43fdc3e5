import { AppError } from '@dcs/shared/core'
import {
  claimSchedule,
  database,
  forgetSchedules,
  listScheduleStates,
  lockGuildForScans,
  noteSchedulesLooked,
  transaction,
  type ScheduleState,
  type Transaction,
} from '@dcs/shared/db'
import { findReadChannels, requestGuildScan } from '@dcs/shared/jobs'
import { parseStoredGuildSettings, resolveGuildSettings, toCronFields } from '@dcs/shared/settings'
import { Cron } from 'croner'
import type { BotContext } from '../context.ts'

type Context = Pick<BotContext, 'log' | 'queue' | 'settings'>
type Schedule = { cron: string; timeZone: string }

/**
 * Starts the scans that the schedules of the guilds say. What was due since the last look starts once, also when it was due several times while nobody
 * looked, and once for all processes that look. A schedule that was just set or changed does not look back. Returns the guilds whose scans were started.
 */
export async function startDueScans(context: Context, now: Date): Promise<string[]> {
  const states = await listScheduleStates()
  const [due, quiet, without] = [[] as { guildId: string; since: Date }[], [] as string[], [] as string[]]
  for (const state of states) {
    const { guildId, lookedUntil: since } = state
    const schedule = scheduleOf(context, state)
    if (!schedule) {
      if (since) without.push(guildId)
    } else if (since && isDue(context, schedule, since, now)) due.push({ guildId, since })
    else quiet.push(guildId)
  }
  await forgetSchedules(without)
  await noteSchedulesLooked(quiet, now)
  const started: string[] = []
  for (const { guildId, since } of due) {
    try {
      if (await startOnce(context, guildId, since, now)) started.push(guildId)
    } catch (error) {
      context.log.warn({ err: error, guildId }, 'a scheduled scan could not be started')
    }
  }
  return started
}

function scheduleOf({ settings }: Context, state: ScheduleState): Schedule | null {
  const guild = parseStoredGuildSettings(state.settings, { lenient: true }).settings
  const { schedule_cron: schedule, tz } = resolveGuildSettings({ instance: settings, guild })
  const cron = toCronFields(schedule)
  return cron === null ? null : { cron, timeZone: tz }
}

function isDue({ log }: Context, { cron, timeZone }: Schedule, since: Date, now: Date): boolean {
  try {
    const next = new Cron(cron, { timezone: timeZone, paused: true }).nextRun(since)
    return next !== null && next <= now
  } catch (error) {
    log.warn({ err: error, cron, timeZone }, 'a schedule cannot be read')
    return false
  }
}

/** The moment is taken in the transaction that starts the scans: both or neither. */
async function startOnce(context: Context, guildId: string, since: Date, now: Date): Promise<boolean> {
  return transaction(async (tx) => {
    await lockGuildForScans(guildId, tx)
    if (!(await claimSchedule(guildId, since, now, tx))) return false
    await startScans(context, guildId, tx)
    return true
  }, database())
}

async function startScans({ queue, settings }: Context, guildId: string, tx: Transaction): Promise<void> {
  const read = await findReadChannels(guildId, { settings }, tx)
  for (const [scanMode, mode] of [
    ['forward', 'forward'],
    ['backfill', 'complete'],
  ] as const) {
    const chosen = read.filter(({ rules }) => rules.scanMode === scanMode)
    if (chosen.length === 0) continue
    const channelIds = chosen.length === read.length ? null : chosen.map(({ channel }) => channel.channelId)
    try {
      await requestGuildScan(queue, { guildId, mode, channelIds, requestedBy: null, settings }, tx)
    } catch (error) {
      // Nothing to read is no reason to look at this moment again.
      if (!(error instanceof AppError && error.code === 'conflict')) throw error
    }
  }
}
