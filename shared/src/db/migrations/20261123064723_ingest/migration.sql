CREATE TYPE "scan_mode" AS ENUM('quick', 'complete', 'recheck', 'forward');--> statement-breakpoint
CREATE TYPE "channel_state" AS ENUM('unknown', 'readable', 'empty', 'no_permission', 'hidden', 'gone', 'rate_limited');--> statement-breakpoint
CREATE TYPE "clip_hidden_reason" AS ENUM('message_deleted', 'attachment_removed', 'filtered', 'daily_cap', 'removed');--> statement-breakpoint
ALTER TYPE "clip_source" ADD VALUE 'link';--> statement-breakpoint
CREATE TABLE "clip_tombstones" (
	"clip_id" text PRIMARY KEY,
	"guild_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"message_id" text NOT NULL,
	"reason" text NOT NULL,
	"removed_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deleted_messages" (
	"message_id" text PRIMARY KEY,
	"channel_id" text NOT NULL,
	"deleted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "guild_scans" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"guild_id" text NOT NULL,
	"mode" "scan_mode" NOT NULL,
	"channel_ids" text[],
	"status" "scan_status" DEFAULT 'queued'::"scan_status" NOT NULL,
	"requested_by" text,
	"cursors" jsonb DEFAULT '{}' NOT NULL,
	"messages_expected" bigint,
	"messages_found" bigint DEFAULT 0 NOT NULL,
	"clips_added" bigint DEFAULT 0 NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"failure_code" text,
	"error_message" text,
	"paused_at" timestamp with time zone,
	"claim" uuid,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "guild_schedules" (
	"guild_id" text PRIMARY KEY,
	"fired_at" timestamp with time zone,
	"turn" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_failures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"job" text NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"guild_id" text,
	"channel_id" text,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL,
	"failed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_buckets" (
	"token" text,
	"route" text,
	"bucket" text,
	"limit" integer NOT NULL,
	"remaining" integer NOT NULL,
	"resets_at" timestamp with time zone NOT NULL,
	CONSTRAINT "rate_buckets_pkey" PRIMARY KEY("token","route")
);
--> statement-breakpoint
CREATE TABLE "rate_minutes" (
	"token" text,
	"minute" timestamp with time zone,
	"priority" text,
	"requests" bigint DEFAULT 0 NOT NULL,
	"invalid" bigint DEFAULT 0 NOT NULL,
	"rate_limited" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "rate_minutes_pkey" PRIMARY KEY("token","minute","priority")
);
--> statement-breakpoint
CREATE TABLE "rate_slots" (
	"token" text,
	"slot" integer,
	"free_at" timestamp with time zone DEFAULT now() NOT NULL,
	"holder" uuid,
	CONSTRAINT "rate_slots_pkey" PRIMARY KEY("token","slot")
);
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "mode" "scan_mode" DEFAULT 'complete'::"scan_mode" NOT NULL;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "guild_scan_id" uuid;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "turn" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "claim" uuid;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "clips_added" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "messages_per_second" double precision;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "progress_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "failure_code" text;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "is_archived" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "tags" text[];--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "available_tags" jsonb;--> statement-breakpoint
ALTER TABLE "channel_coverage" ADD COLUMN "state" "channel_state" DEFAULT 'unknown'::"channel_state" NOT NULL;--> statement-breakpoint
ALTER TABLE "channel_coverage" ADD COLUMN "state_detail" text;--> statement-breakpoint
ALTER TABLE "channel_coverage" ADD COLUMN "state_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "channel_coverage" ADD COLUMN "newest_message_id" text;--> statement-breakpoint
ALTER TABLE "channel_coverage" ADD COLUMN "threads_listed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "description" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "link_url" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "forwarded_guild_id" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "forwarded_channel_id" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "forwarded_message_id" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "is_bot" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "recorded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "game_id" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "game_name" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "participants" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "edited_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "gone_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "hidden_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "hidden_reason" "clip_hidden_reason";--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "purge_after" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "idx_bot_scan_runs_unfinished" ON "bot_channel_scan_runs" ("created_at") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "idx_bot_scan_runs_guild_scan" ON "bot_channel_scan_runs" ("guild_scan_id");--> statement-breakpoint
CREATE INDEX "idx_deleted_messages_deleted_at" ON "deleted_messages" ("deleted_at");--> statement-breakpoint
CREATE INDEX "idx_clips_pending" ON "clips" ("created_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "idx_clips_purge" ON "clips" ("purge_after") WHERE purge_after is not null;--> statement-breakpoint
CREATE INDEX "idx_clips_object" ON "clips" ("object_sha256");--> statement-breakpoint
CREATE INDEX "idx_clips_poster" ON "clips" ("poster_sha256");--> statement-breakpoint
CREATE INDEX "idx_guild_scans_guild" ON "guild_scans" ("guild_id","created_at" DESC);--> statement-breakpoint
CREATE UNIQUE INDEX "job_failures_job_key" ON "job_failures" ("job","key");--> statement-breakpoint
CREATE INDEX "idx_job_failures_guild" ON "job_failures" ("guild_id","failed_at" DESC);--> statement-breakpoint
CREATE INDEX "idx_rate_buckets_resets_at" ON "rate_buckets" ("resets_at");--> statement-breakpoint
ALTER TABLE "guild_scans" ADD CONSTRAINT "guild_scans_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "bot_guilds"("guild_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "guild_schedules" ADD CONSTRAINT "guild_schedules_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "bot_guilds"("guild_id") ON DELETE CASCADE;