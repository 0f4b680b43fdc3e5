-- Postgres 13 and newer have gen_random_uuid() without it; a server that forbids the extension is fine.
DO $$ BEGIN
	CREATE EXTENSION IF NOT EXISTS pgcrypto;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at = now();
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TYPE "scan_status" AS ENUM('queued', 'running', 'succeeded', 'failed', 'canceled');--> statement-breakpoint
CREATE TABLE "users" (
	"id" serial PRIMARY KEY,
	"discord_user_id" text NOT NULL CONSTRAINT "users_discord_user_id_key" UNIQUE,
	"username" text,
	"global_name" text,
	"avatar" text,
	"last_login_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "bot_guilds" (
	"guild_id" text PRIMARY KEY,
	"name" text NOT NULL,
	"icon" text,
	"owner_user_id" text,
	"joined_at" timestamp with time zone DEFAULT now(),
	"last_seen_at" timestamp with time zone DEFAULT now()
);
--> statement-breakpoint
CREATE TABLE "guild_settings" (
	"guild_id" text PRIMARY KEY,
	"settings" jsonb DEFAULT '{}' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now()
);
--> statement-breakpoint
CREATE TABLE "bot_channels" (
	"channel_id" text PRIMARY KEY,
	"guild_id" text NOT NULL,
	"name" text,
	"type" text,
	"is_nsfw" boolean DEFAULT false,
	"is_reading" boolean DEFAULT false NOT NULL,
	"last_message_id" text,
	"last_scanned_at" timestamp with time zone,
	"last_activity_at" timestamp with time zone,
	"message_count" bigint DEFAULT 0 NOT NULL,
	"settings" jsonb DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bot_channel_scan_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"channel_id" text NOT NULL,
	"after_message_id" text,
	"before_message_id" text,
	"status" "scan_status" DEFAULT 'queued'::"scan_status" NOT NULL,
	"messages_scanned" bigint DEFAULT 0 NOT NULL,
	"messages_matched" bigint DEFAULT 0 NOT NULL,
	"error_message" text,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "install_intents" (
	"state" text PRIMARY KEY,
	"user_id" text NOT NULL,
	"guild_id" text NOT NULL,
	"created_at" timestamp DEFAULT CURRENT_TIMESTAMP,
	"expires_at" timestamp NOT NULL
);
--> statement-breakpoint
CREATE INDEX "idx_bot_channels_guild" ON "bot_channels" ("guild_id");--> statement-breakpoint
CREATE INDEX "idx_bot_channels_isreading" ON "bot_channels" ("is_reading") WHERE is_reading = true;--> statement-breakpoint
CREATE INDEX "idx_bot_channels_last_message_id" ON "bot_channels" ("last_message_id");--> statement-breakpoint
CREATE INDEX "idx_bot_channels_work" ON "bot_channels" ("guild_id","is_reading","last_scanned_at");--> statement-breakpoint
CREATE INDEX "idx_bot_scan_runs_channel" ON "bot_channel_scan_runs" ("channel_id","created_at" DESC);--> statement-breakpoint
ALTER TABLE "bot_guilds" ADD CONSTRAINT "bot_guilds_owner_user_id_fkey" FOREIGN KEY ("owner_user_id") REFERENCES "users"("discord_user_id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD CONSTRAINT "bot_channels_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "bot_guilds"("guild_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD CONSTRAINT "bot_channel_scan_runs_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "bot_channels"("channel_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "install_intents" ADD CONSTRAINT "install_intents_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("discord_user_id") ON DELETE CASCADE;--> statement-breakpoint
CREATE TRIGGER trg_bot_channels_updated_at BEFORE UPDATE ON "bot_channels" FOR EACH ROW EXECUTE FUNCTION set_updated_at();
