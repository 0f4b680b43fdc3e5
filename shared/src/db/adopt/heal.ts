/**
 * What the original's bot makes anew at each of its starts and may therefore be missing: extension, trigger and indexes. All can run on a database that
 * has them.
 */
export const HEAL_STATEMENTS = [
  `do $$ begin create extension if not exists pgcrypto; exception when insufficient_privilege or undefined_file or feature_not_supported then null; end $$`,
  `create or replace function set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$`,
  `drop trigger if exists trg_bot_channels_updated_at on bot_channels`,
  `create trigger trg_bot_channels_updated_at before update on bot_channels for each row execute function set_updated_at()`,
  `create index if not exists idx_bot_channels_guild on bot_channels (guild_id)`,
  `create index if not exists idx_bot_channels_isreading on bot_channels (is_reading) where is_reading = true`,
  `create index if not exists idx_bot_channels_last_message_id on bot_channels (last_message_id)`,
  `create index if not exists idx_bot_channels_work on bot_channels (guild_id, is_reading, last_scanned_at)`,
  `create index if not exists idx_bot_scan_runs_channel on bot_channel_scan_runs (channel_id, created_at desc)`,
]
