import { database, sql } from '@dcs/shared/db'

/** How many messages the newest runs of these channels have kept as read, together and by channel. */
export async function countScanned(
  channelIds: readonly string[],
): Promise<{ messages: number; byChannel: Map<string, number> }> {
  const { rows } = await database().execute<{ channel_id: string; messages: string }>(sql`
    select channel_id, sum(messages_scanned)::text as messages from bot_channel_scan_runs
    where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))
    group by channel_id`)
  const byChannel = new Map(rows.map((row) => [row.channel_id, Number(row.messages)]))
  return { messages: [...byChannel.values()].reduce((sum, messages) => sum + messages, 0), byChannel }
}
