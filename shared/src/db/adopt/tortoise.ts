import type { ClientBase } from 'pg'
import type { Catalog } from './catalog.ts'
import { SCAN_STATUS, TORTOISE_TABLES } from './layout.ts'
import { unfittingRows } from './refusals.ts'

const QUOTED_STATUS = SCAN_STATUS.map((label) => `'${label}'`).join(', ')

/** Rows that the adopted layout cannot hold: a column that must be filled is null, a status is none of the enum, or a key names nothing. */
const UNFITTING: readonly [table: string, problem: string, condition: string][] = [
  ['install_intents', 'without user_id', 'user_id is null'],
  ['install_intents', 'without guild_id', 'guild_id is null'],
  ['install_intents', 'without expires_at', 'expires_at is null'],
  ['bot_channel_scan_runs', 'with a status that does not exist', `status is null or status not in (${QUOTED_STATUS})`],
  ['bot_channel_scan_runs', 'without created_at', 'created_at is null'],
  ['bot_channel_scan_runs', 'without counters', 'messages_scanned is null or messages_matched is null'],
  [
    'bot_channel_scan_runs',
    'of a channel that is not stored',
    'not exists (select from bot_channels c where c.channel_id = bot_channel_scan_runs.channel_id)',
  ],
  [
    'bot_channels',
    'of a guild that is not stored',
    'not exists (select from bot_guilds g where g.guild_id = bot_channels.guild_id)',
  ],
  [
    'bot_channels',
    'without is_reading, message_count, settings or a time',
    'is_reading is null or message_count is null or settings is null or created_at is null or updated_at is null',
  ],
  ['bot_guilds', 'without a name', 'name is null'],
  ['guild_settings', 'without settings', 'settings is null'],
]

/** Turns the Tortoise layout into the raw SQL one, in place, with every row. Throws `conflict` listing rows that do not fit. */
export async function convertTortoise(client: ClientBase, catalog: Catalog): Promise<void> {
  await requireFitting(client)
  for (const statement of conversion(catalog)) await client.query(statement)
}

async function requireFitting(client: ClientBase): Promise<void> {
  const problems: { what: string; command: string }[] = []
  for (const [table, problem, condition] of UNFITTING) {
    const shown = table === 'bot_channel_scan_runs' ? 'status::text' : 'null::text'
    const { rows } = await client.query<{ count: string; values: string[] | null }>(
      `select count(*), array_agg(distinct ${shown}) filter (where ${shown} is not null) as values from ${table} where ${condition}`,
    )
    const count = Number(rows[0]?.count ?? 0)
    const values = problem.includes('status') && rows[0]?.values ? `: ${rows[0].values.join(', ')}` : ''
    if (count > 0)
      problems.push({
        what: `${table}: ${count} ${count === 1 ? 'row' : 'rows'} ${problem}${values}`,
        command: `delete from ${table} where ${condition};`,
      })
  }
  if (problems.length > 0) throw unfittingRows(problems)
}

function conversion(catalog: Catalog): string[] {
  const foreign = catalog.constraints.filter(({ table, kind }) => kind === 'f' && table in TORTOISE_TABLES)
  const primary = catalog.constraints.find(({ table, kind }) => table === 'users' && kind === 'p')
  const unique = catalog.constraints.filter(({ table, kind }) => table === 'users' && kind === 'u')
  const texts = Object.entries(TORTOISE_TABLES).flatMap(([table, columns]) =>
    Object.entries(columns)
      .filter(([name, type]) => type === 'text' && name !== 'discriminator' && name !== 'status')
      .map(([name]) => `alter table ${table} alter column ${name} type text`),
  )
  return [
    ...foreign.map(({ table, name }) => `alter table ${table} drop constraint "${name}"`),
    ...texts,

    ...[primary, ...unique].flatMap((key) => (key ? [`alter table users drop constraint "${key.name}"`] : [])),
    `alter table users add column if not exists global_name text, add column if not exists last_login_at timestamptz`,
    `alter table users add column id serial, alter column discord_user_id set not null, alter column username drop not null`,
    `alter table users add constraint users_pkey primary key (id), add constraint users_discord_user_id_key unique (discord_user_id)`,
    // Statements of the original leave these out; the models filled them themselves.
    `alter table users alter column created_at set default now(), alter column updated_at set default now(), alter column discriminator drop not null`,

    `alter table bot_guilds rename column owner_user_id_id to owner_user_id`,
    `alter table bot_guilds alter column owner_user_id drop not null, alter column joined_at drop not null, alter column joined_at set default now(),
      alter column last_seen_at drop not null, alter column last_seen_at set default now(), alter column icon drop not null`,
    `alter table guild_settings alter column settings set default '{}'::jsonb, alter column settings set not null, alter column updated_at drop not null, alter column updated_at set default now()`,
    `alter table bot_channels alter column is_nsfw drop not null, alter column is_nsfw set default false, alter column is_reading set default false, alter column is_reading set not null,
      alter column message_count set default 0, alter column message_count set not null, alter column settings set default '{}'::jsonb, alter column settings set not null,
      alter column created_at set default now(), alter column created_at set not null, alter column updated_at set default now(), alter column updated_at set not null,
      alter column name drop not null, alter column type drop not null, alter column last_message_id drop not null`,

    ...(catalog.enums.has('scan_status') ? [] : [`create type scan_status as enum (${QUOTED_STATUS})`]),
    `alter table bot_channel_scan_runs alter column status drop default`,
    `alter table bot_channel_scan_runs alter column status type scan_status using status::scan_status`,
    `alter table bot_channel_scan_runs alter column status set default 'queued', alter column status set not null, alter column id set default gen_random_uuid(),
      alter column messages_scanned set default 0, alter column messages_scanned set not null, alter column messages_matched set default 0, alter column messages_matched set not null,
      alter column created_at set default now(), alter column created_at set not null`,
    `comment on column bot_channel_scan_runs.status is null`,

    // The models stored instants; the original's columns hold UTC without a zone.
    `alter table install_intents alter column created_at drop default, alter column created_at drop not null`,
    `alter table install_intents alter column created_at type timestamp using created_at at time zone 'UTC', alter column expires_at type timestamp using expires_at at time zone 'UTC'`,
    `alter table install_intents alter column created_at set default current_timestamp, alter column expires_at set not null, alter column user_id set not null, alter column guild_id set not null`,
    // An intent of somebody who is not stored is kept with a user that holds nothing but the id.
    `insert into users (discord_user_id) select distinct user_id from install_intents where user_id not in (select discord_user_id from users)`,

    `alter table bot_guilds add constraint bot_guilds_owner_user_id_fkey foreign key (owner_user_id) references users (discord_user_id) on delete set null`,
    `alter table bot_channels add constraint bot_channels_guild_id_fkey foreign key (guild_id) references bot_guilds (guild_id) on delete cascade`,
    `alter table bot_channel_scan_runs add constraint bot_channel_scan_runs_channel_id_fkey foreign key (channel_id) references bot_channels (channel_id) on delete cascade`,
    `alter table install_intents add constraint install_intents_user_id_fkey foreign key (user_id) references users (discord_user_id) on delete cascade`,
  ]
}
