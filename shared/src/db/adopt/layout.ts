/** Type of a column as Postgres names it; `!` at the end: not null, `=`: has a default. */
type Layout = Readonly<Record<string, Readonly<Record<string, string>>>>

const text = 'text'
const id = 'text!'
const time = 'timestamp with time zone'

/** The six tables as the original's raw SQL makes them. */
export const ORIGINAL_TABLES: Layout = {
  users: { id: 'integer!=', discord_user_id: id, username: text, global_name: text, avatar: text, last_login_at: time },
  bot_guilds: {
    guild_id: id,
    name: id,
    icon: text,
    owner_user_id: text,
    joined_at: `${time}=`,
    last_seen_at: `${time}=`,
  },
  guild_settings: { guild_id: id, settings: 'jsonb!=', updated_at: `${time}=` },
  bot_channels: {
    channel_id: id,
    guild_id: id,
    name: text,
    type: text,
    is_nsfw: 'boolean=',
    is_reading: 'boolean!=',
    last_message_id: text,
    last_scanned_at: time,
    last_activity_at: time,
    message_count: 'bigint!=',
    settings: 'jsonb!=',
    created_at: `${time}!=`,
    updated_at: `${time}!=`,
  },
  bot_channel_scan_runs: {
    id: 'uuid!=',
    channel_id: id,
    after_message_id: text,
    before_message_id: text,
    status: 'scan_status!=',
    messages_scanned: 'bigint!=',
    messages_matched: 'bigint!=',
    error_message: text,
    started_at: time,
    finished_at: time,
    created_at: `${time}!=`,
  },
  install_intents: {
    state: id,
    user_id: id,
    guild_id: id,
    created_at: 'timestamp without time zone=',
    expires_at: 'timestamp without time zone!',
  },
}

/** Keys of the six tables. */
export const ORIGINAL_CONSTRAINTS: readonly (readonly [table: string, kind: 'p' | 'u' | 'f', definition: string])[] = [
  ['users', 'p', 'PRIMARY KEY (id)'],
  ['users', 'u', 'UNIQUE (discord_user_id)'],
  ['bot_guilds', 'p', 'PRIMARY KEY (guild_id)'],
  ['bot_guilds', 'f', 'FOREIGN KEY (owner_user_id) REFERENCES users(discord_user_id) ON DELETE SET NULL'],
  ['guild_settings', 'p', 'PRIMARY KEY (guild_id)'],
  ['bot_channels', 'p', 'PRIMARY KEY (channel_id)'],
  ['bot_channels', 'f', 'FOREIGN KEY (guild_id) REFERENCES bot_guilds(guild_id) ON DELETE CASCADE'],
  ['bot_channel_scan_runs', 'p', 'PRIMARY KEY (id)'],
  ['bot_channel_scan_runs', 'f', 'FOREIGN KEY (channel_id) REFERENCES bot_channels(channel_id) ON DELETE CASCADE'],
  ['install_intents', 'p', 'PRIMARY KEY (state)'],
  ['install_intents', 'f', 'FOREIGN KEY (user_id) REFERENCES users(discord_user_id) ON DELETE CASCADE'],
]

export const SCAN_STATUS = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const

/**
 * The six tables as the original's Tortoise models of the same revision make them. Lengths of varchar do not matter here, nor whether a column may be
 * null: rows that the adopted layout cannot hold are looked for separately.
 */
export const TORTOISE_TABLES: Readonly<
  Record<string, Readonly<Record<string, 'text' | 'time' | 'boolean' | 'bigint' | 'jsonb' | 'uuid'>>>
> = {
  users: {
    discord_user_id: 'text',
    username: 'text',
    discriminator: 'text',
    avatar: 'text',
    created_at: 'time',
    updated_at: 'time',
  },
  bot_guilds: {
    guild_id: 'text',
    name: 'text',
    icon: 'text',
    owner_user_id_id: 'text',
    joined_at: 'time',
    last_seen_at: 'time',
  },
  guild_settings: { guild_id: 'text', settings: 'jsonb', updated_at: 'time' },
  bot_channels: {
    channel_id: 'text',
    guild_id: 'text',
    name: 'text',
    type: 'text',
    is_nsfw: 'boolean',
    is_reading: 'boolean',
    last_message_id: 'text',
    last_scanned_at: 'time',
    last_activity_at: 'time',
    message_count: 'bigint',
    settings: 'jsonb',
    created_at: 'time',
    updated_at: 'time',
  },
  bot_channel_scan_runs: {
    id: 'uuid',
    channel_id: 'text',
    after_message_id: 'text',
    before_message_id: 'text',
    status: 'text',
    messages_scanned: 'bigint',
    messages_matched: 'bigint',
    error_message: 'text',
    started_at: 'time',
    finished_at: 'time',
    created_at: 'time',
  },
  install_intents: { state: 'text', user_id: 'text', guild_id: 'text', created_at: 'time', expires_at: 'time' },
}

/** Names that our later migrations use and that must be free. */
export const OUR_TABLES = ['clips', 'objects', 'guild_roles', 'guild_members', 'channel_coverage', 'program_heartbeats']
export const OUR_ENUMS = ['clip_state', 'clip_source']
export const OUR_SCHEMA = 'auth'
