import type { BotChannel } from '@dcs/shared/db'
import type pg from 'pg'
import { toChannel } from './by-hand.ts'
import type { World } from './world.ts'

// What the data layer of the original did: every row is read, and then written in a transaction of its own.

/** For each guild and each channel: a select, then a transaction with a locking select and a write. */
export async function upsertRowByRow(client: pg.ClientBase, world: World): Promise<void> {
  for (const guild of world) {
    const values = [guild.id, guild.name, guild.icon, guild.discordOwnerId]
    await updateOrCreate(client, {
      lock: 'select * from bot_guilds where guild_id = $1 for update',
      id: guild.id,
      update:
        'update bot_guilds set name = $2, icon = $3, discord_owner_id = $4, last_seen_at = now(), left_at = null where guild_id = $1',
      insert: 'insert into bot_guilds (guild_id, name, icon, discord_owner_id) values ($1, $2, $3, $4)',
      values,
    })
    for (const channel of guild.channels) {
      const found = await client.query('select * from bot_channels where channel_id = $1', [channel.id])
      const settings = { ...found.rows[0]?.settings, ...channel.settingsOverrides }
      await updateOrCreate(client, {
        lock: 'select * from bot_channels where channel_id = $1 for update',
        id: channel.id,
        update: `update bot_channels set guild_id = $2, name = $3, type = $4, is_nsfw = $5, settings = $6, position = $7, parent_id = $8,
          permission_overwrites = $9, deleted_at = null where channel_id = $1`,
        insert: `insert into bot_channels (channel_id, guild_id, name, type, is_nsfw, settings, position, parent_id, permission_overwrites)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          channel.id,
          guild.id,
          channel.name,
          channel.type,
          channel.isNsfw ?? false,
          JSON.stringify(settings),
          channel.position,
          channel.parentId,
          JSON.stringify(channel.permissionOverwrites),
        ],
      })
    }
  }
}

/** A select for each channel. */
export async function prefetchRowByRow(client: pg.ClientBase, world: World): Promise<BotChannel[]> {
  const channels: BotChannel[] = []
  for (const guild of world) {
    await client.query('select * from bot_guilds where guild_id = $1', [guild.id])
    for (const { id } of guild.channels) {
      const { rows } = await client.query('select * from bot_channels where channel_id = $1', [id])
      channels.push(...rows.map(toChannel))
    }
  }
  return channels
}

type Write = { lock: string; id: string; update: string; insert: string; values: unknown[] }

async function updateOrCreate(client: pg.ClientBase, { lock, id, update, insert, values }: Write): Promise<void> {
  await client.query('begin')
  const { rowCount } = await client.query(lock, [id])
  await client.query(rowCount ? update : insert, values)
  await client.query('commit')
}
