-- Hidden clips would be seen again; the rollback has copied them.
DELETE FROM "clips" WHERE "hidden_at" IS NOT NULL;
--> statement-breakpoint
DROP TABLE "clip_tombstones";
--> statement-breakpoint
DROP TABLE "deleted_messages";
--> statement-breakpoint
DROP TABLE "guild_scans";
--> statement-breakpoint
DROP TABLE "guild_schedules";
--> statement-breakpoint
DROP TABLE "job_failures";
--> statement-breakpoint
DROP TABLE "rate_buckets";
--> statement-breakpoint
DROP TABLE "rate_minutes";
--> statement-breakpoint
DROP TABLE "rate_slots";
--> statement-breakpoint
DROP INDEX "idx_bot_scan_runs_unfinished";
--> statement-breakpoint
DROP INDEX "idx_bot_scan_runs_guild_scan";
--> statement-breakpoint
DROP INDEX "idx_clips_pending";
--> statement-breakpoint
DROP INDEX "idx_clips_purge";
--> statement-breakpoint
DROP INDEX "idx_clips_object";
--> statement-breakpoint
DROP INDEX "idx_clips_poster";
--> statement-breakpoint
ALTER TABLE "clips" ALTER COLUMN "source" SET DATA TYPE text;
--> statement-breakpoint
ALTER TABLE "clips" ALTER COLUMN "source" DROP DEFAULT;
--> statement-breakpoint
DROP TYPE "clip_source";
--> statement-breakpoint
CREATE TYPE "clip_source" AS ENUM('attachment', 'forward', 'component', 'embed');
--> statement-breakpoint
ALTER TABLE "clips" ALTER COLUMN "source" SET DATA TYPE "clip_source" USING (CASE "source" WHEN 'link' THEN 'embed' ELSE "source" END)::"clip_source";
--> statement-breakpoint
ALTER TABLE "clips" ALTER COLUMN "source" SET DEFAULT 'attachment'::"clip_source";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "mode";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "guild_scan_id";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "paused_at";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "turn";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "claim";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "clips_added";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "messages_per_second";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "progress_at";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "failure_code";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "is_archived";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "tags";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "available_tags";
--> statement-breakpoint
ALTER TABLE "channel_coverage" DROP COLUMN "state";
--> statement-breakpoint
ALTER TABLE "channel_coverage" DROP COLUMN "state_detail";
--> statement-breakpoint
ALTER TABLE "channel_coverage" DROP COLUMN "state_since";
--> statement-breakpoint
ALTER TABLE "channel_coverage" DROP COLUMN "newest_message_id";
--> statement-breakpoint
ALTER TABLE "channel_coverage" DROP COLUMN "threads_listed_until";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "title";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "description";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "link_url";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "forwarded_guild_id";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "forwarded_channel_id";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "forwarded_message_id";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "is_bot";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "recorded_at";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "game_id";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "game_name";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "participants";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "edited_at";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "gone_at";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "hidden_at";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "hidden_reason";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "purge_after";
--> statement-breakpoint
DROP TYPE "scan_mode";
--> statement-breakpoint
DROP TYPE "channel_state";
--> statement-breakpoint
DROP TYPE "clip_hidden_reason";
