import type { BotChannel, BotGuild } from '@dcs/shared/db'
import type pg from 'pg'
import type { World } from './world.ts'

// The best we can write on the bare driver with the same meaning as the repositories: nothing is wiped, settings are merged, rows are
// locked in one order.

const guildColumns = 'guild_id, name, icon, owner_user_id, joined_at, discord_owner_id'
const channelColumns = 'channel_id, guild_id, name, type, is_nsfw, settings, position, parent_id, permission_overwrites'

const writeGuilds = (given: string) => `
  insert into bot_guilds as stored (guild_id, name, icon, owner_user_id, joined_at, last_seen_at, discord_owner_id)
  select guild_id, name, icon, owner_user_id, coalesce(joined_at, now()), now(), discord_owner_id from ${given} order by guild_id
  on conflict (guild_id) do update set name = excluded.name, icon = excluded.icon,
    owner_user_id = coalesce(excluded.owner_user_id, stored.owner_user_id),
    discord_owner_id = coalesce(excluded.discord_owner_id, stored.discord_owner_id), last_seen_at = excluded.last_seen_at, left_at = null`

const writeChannels = (given: string) => `
  insert into bot_channels as stored (${channelColumns})
  select ${channelColumns} from ${given} order by channel_id
  on conflict (channel_id) do update set guild_id = excluded.guild_id, name = excluded.name, type = excluded.type,
    is_nsfw = excluded.is_nsfw, settings = stored.settings || excluded.settings, position = coalesce(excluded.position, stored.position),
    parent_id = case when excluded.position is null then coalesce(excluded.parent_id, stored.parent_id) else excluded.parent_id end,
    permission_overwrites = coalesce(excluded.permission_overwrites, stored.permission_overwrites), deleted_at = null`

/** One array per column. */
export async function upsertByArrays(client: pg.ClientBase, world: World): Promise<void> {
  const channels = world.flatMap((guild) => guild.channels.map((channel) => ({ ...channel, guildId: guild.id })))
  await client.query('begin')
  await client.query(
    writeGuilds(
      `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[]) as given(${guildColumns})`,
    ),
    [
      world.map((guild) => guild.id),
      world.map((guild) => guild.name),
      world.map((guild) => guild.icon ?? null),
      world.map((guild) => guild.ownerUserId ?? null),
      world.map((guild) => guild.joinedAt ?? null),
      world.map((guild) => guild.discordOwnerId ?? null),
    ],
  )
  await client.query(
    writeChannels(
      `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::jsonb[], $7::integer[], $8::text[], $9::jsonb[]) as given(${channelColumns})`,
    ),
    [
      channels.map((channel) => channel.id),
      channels.map((channel) => channel.guildId),
      channels.map((channel) => channel.name),
      channels.map((channel) => channel.type),
      channels.map((channel) => channel.isNsfw ?? false),
      channels.map((channel) => JSON.stringify(channel.settingsOverrides ?? {})),
      channels.map((channel) => channel.position ?? null),
      channels.map((channel) => channel.parentId ?? null),
      channels.map((channel) => (channel.permissionOverwrites ? JSON.stringify(channel.permissionOverwrites) : null)),
    ],
  )
  await client.query('commit')
}

/** One JSON text for all rows. */
export async function upsertByJson(client: pg.ClientBase, world: World): Promise<void> {
  const guilds = world.map((guild) => ({
    guild_id: guild.id,
    name: guild.name,
    icon: guild.icon,
    owner_user_id: guild.ownerUserId,
    joined_at: guild.joinedAt,
    discord_owner_id: guild.discordOwnerId,
  }))
  const channels = world.flatMap((guild) =>
    guild.channels.map((channel) => ({
      channel_id: channel.id,
      guild_id: guild.id,
      name: channel.name,
      type: channel.type,
      is_nsfw: channel.isNsfw ?? false,
      settings: channel.settingsOverrides ?? {},
      position: channel.position,
      parent_id: channel.parentId,
      permission_overwrites: channel.permissionOverwrites ?? undefined,
    })),
  )
  await client.query('begin')
  await client.query(
    writeGuilds(`jsonb_to_recordset($1::jsonb) as given(guild_id text, name text, icon text, owner_user_id text, joined_at timestamptz,
      discord_owner_id text)`),
    [JSON.stringify(guilds)],
  )
  await client.query(
    writeChannels(`jsonb_to_recordset($1::jsonb) as given(channel_id text, guild_id text, name text, type text, is_nsfw boolean,
      settings jsonb, position integer, parent_id text, permission_overwrites jsonb)`),
    [JSON.stringify(channels)],
  )
  await client.query('commit')
}

/** Two queries and a Map. */
export async function prefetchByHand(client: pg.ClientBase): Promise<(BotGuild & { channels: BotChannel[] })[]> {
  const { rows: guilds } = await client.query('select * from bot_guilds')
  const { rows: channels } = await client.query('select * from bot_channels')
  const byGuild = new Map<string, BotChannel[]>()
  for (const row of channels) {
    const channel = toChannel(row)
    const siblings = byGuild.get(channel.guildId)
    if (siblings) siblings.push(channel)
    else byGuild.set(channel.guildId, [channel])
  }
  return guilds.map((row) => ({
    guildId: row.guild_id,
    name: row.name,
    icon: row.icon,
    ownerUserId: row.owner_user_id,
    joinedAt: row.joined_at,
    lastSeenAt: row.last_seen_at,
    discordOwnerId: row.discord_owner_id,
    leftAt: row.left_at,
    unavailableSince: row.unavailable_since,
    factsCurrentAt: row.facts_current_at,
    membersCurrentAt: row.members_current_at,
    membersSince: row.members_since,
    channels: byGuild.get(row.guild_id) ?? [],
  }))
}

/** A row of the driver with the names of the models. */
export function toChannel(row: pg.QueryResultRow): BotChannel {
  return {
    channelId: row.channel_id,
    guildId: row.guild_id,
    name: row.name,
    type: row.type,
    isNsfw: row.is_nsfw,
    isReading: row.is_reading,
    lastMessageId: row.last_message_id,
    lastScannedAt: row.last_scanned_at,
    lastActivityAt: row.last_activity_at,
    messageCount: Number(row.message_count),
    settings: row.settings,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    position: row.position,
    parentId: row.parent_id,
    permissionOverwrites: row.permission_overwrites,
    deletedAt: row.deleted_at,
    isArchived: row.is_archived,
    tags: row.tags,
    availableTags: row.available_tags,
  }
}
