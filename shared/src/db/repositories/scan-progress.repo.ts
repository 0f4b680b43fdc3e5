import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { ScanRun } from '../models/index.ts'

/** How far one channel of a scan of a guild has come. */
export type ScanRunProgress = Pick<
  ScanRun,
  'channelId' | 'status' | 'beforeMessageId' | 'messagesScanned' | 'clipsAdded' | 'messagesPerSecond' | 'errorMessage'
> & {
  channelName: string | null
  newestMessageId: string | null
}

type Row = {
  channel_id: string
  name: string | null
  status: ScanRun['status']
  before_message_id: string | null
  newest_message_id: string | null
  messages_scanned: string
  clips_added: string
  per_second: number | null
  error_message: string | null
}

/** The channels of a scan of a guild in the order of the server's list. */
export async function listScanRunProgress(scanId: string, db: Executor = database()): Promise<ScanRunProgress[]> {
  const { rows } = await db.execute<Row>(sql`
    select r.channel_id, c.name, r.status, r.before_message_id, k.newest_message_id, r.messages_scanned, r.clips_added, r.error_message,
      case when r.status = 'running' then r.messages_per_second end as per_second
    from bot_channel_scan_runs r join bot_channels c using (channel_id) left join channel_coverage k using (channel_id)
    where r.guild_scan_id = ${scanId}::uuid order by c.position, r.channel_id`)
  return rows.map((row) => ({
    channelId: row.channel_id,
    channelName: row.name,
    status: row.status,
    beforeMessageId: row.before_message_id,
    newestMessageId: row.newest_message_id,
    messagesScanned: Number(row.messages_scanned),
    clipsAdded: Number(row.clips_added),
    messagesPerSecond: row.per_second,
    errorMessage: row.error_message,
  }))
}
