import { sql } from 'drizzle-orm'
import pg from 'pg'
import { database, getConfig } from './config.ts'
import type { Executor } from './database.ts'

/** What programs tell each other through the database. The payload is a guild id; that of dcs_jobs is the queue's own, for dcs_access see `readAccessChange`. */
export type NotificationChannel = 'dcs_scan' | 'dcs_clips' | 'dcs_jobs' | 'dcs_access'

/** Sends a notification; delivered when the transaction commits. */
export async function notify(channel: NotificationChannel, payload: string, db: Executor = database()): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, ${payload})`)
}

/** Who may see something else from now on: everybody in a guild, one person there, or one person everywhere. */
export type AccessChange = { guildId: string | null; userId: string | null }

/** Tells that what people may see has changed, with the transaction that changes it. */
export async function notifyAccess({ guildId, userId }: AccessChange, db: Executor = database()): Promise<void> {
  await notify('dcs_access', userId === null ? (guildId ?? '') : `${guildId ?? ''} ${userId}`, db)
}

/** What the payload of a dcs_access notification says: the guild's id, a space and the person's, either of which may be missing. */
export function readAccessChange(payload: string): AccessChange {
  const [guildId, userId] = payload.split(' ')
  return { guildId: guildId || null, userId: userId || null }
}

/** Where `listen` reports: every notification, and `onGap` when some may have been missed because the connection was lost. */
export type Listener = { onNotification: (channel: NotificationChannel, payload: string) => void; onGap?: () => void }

/** Listens on a connection of its own, which is opened again when it breaks, until `stop` is called. */
export async function listen(
  channels: readonly NotificationChannel[],
  listener: Listener,
  { applicationName = 'dcs-listen' }: { applicationName?: string } = {},
): Promise<{ stop: () => Promise<void> }> {
  let client: pg.Client | null = null
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const open = async () => {
    const opened = new pg.Client({
      connectionString: getConfig().url,
      application_name: applicationName,
      keepAlive: true,
    })
    opened.on('error', () => {})
    opened.on('end', () => {
      client = null
      if (!stopped) timer = setTimeout(reopen, 1_000)
    })
    opened.on('notification', ({ channel, payload }) =>
      listener.onNotification(channel as NotificationChannel, payload ?? ''),
    )
    await opened.connect()
    for (const channel of channels) await opened.query(`listen ${channel}`)
    client = opened
  }
  const reopen = () => {
    open().then(
      () => listener.onGap?.(),
      () => {
        if (!stopped) timer = setTimeout(reopen, 1_000)
      },
    )
  }

  await open()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}
