import { sql } from 'drizzle-orm'
import pg from 'pg'
import { database, getConfig } from './config.ts'
import type { Executor } from './database.ts'

/** What programs tell each other through the database. The payload of dcs_jobs is the queue's own, for the others see `readPlaceChange` and `readAccessChange`. */
export type NotificationChannel = 'dcs_scan' | 'dcs_clips' | 'dcs_jobs' | 'dcs_access'

/** Sends a notification; delivered when the transaction commits. */
export async function notify(channel: NotificationChannel, payload: string, db: Executor = database()): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, ${payload})`)
}

/** Where clips or scans changed: in a channel or thread, or with null somewhere in the guild. That something happened in a channel is only for those who see it. */
export type PlaceChange = { guildId: string; channelId: string | null }

/** Tells that clips have changed, with the transaction that changes them. */
export async function notifyClips(
  where: PlaceChange | readonly PlaceChange[],
  db: Executor = database(),
): Promise<void> {
  await notifyPlaces('dcs_clips', where, db)
}

/** Tells whoever shows scans that something changed; delivered when the transaction commits. */
export async function notifyScan(
  where: PlaceChange | readonly PlaceChange[],
  db: Executor = database(),
): Promise<void> {
  await notifyPlaces('dcs_scan', where, db)
}

async function notifyPlaces(
  channel: 'dcs_clips' | 'dcs_scan',
  where: PlaceChange | readonly PlaceChange[],
  db: Executor,
): Promise<void> {
  const payloads = [where]
    .flat()
    .map(({ guildId, channelId }) => (channelId === null ? guildId : `${guildId} ${channelId}`))
  if (payloads.length === 0) return
  await db.execute(sql`
    select pg_notify(${channel}, payload) from jsonb_array_elements_text(${JSON.stringify([...new Set(payloads)])}::jsonb) as payload`)
}

/** What the payload of a dcs_clips or dcs_scan notification says: the guild's id, a space and the channel's, which may be missing. */
export function readPlaceChange(payload: string): PlaceChange {
  const [guildId = '', channelId] = payload.split(' ')
  return { guildId, channelId: channelId || null }
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
