DROP TABLE "api_tokens";
--> statement-breakpoint
DROP TABLE "audit_log";
--> statement-breakpoint
DROP TABLE "author_blocks";
--> statement-breakpoint
DROP TABLE "author_opt_outs";
--> statement-breakpoint
DROP TABLE "clip_tags";
--> statement-breakpoint
DROP TABLE "erased_items";
--> statement-breakpoint
DROP TABLE "erasures";
--> statement-breakpoint
DROP TABLE "author_keys";
--> statement-breakpoint
DROP TABLE "object_keys";
--> statement-breakpoint
DROP TABLE "request_limits";
--> statement-breakpoint
DROP TABLE "thread_members";
--> statement-breakpoint
DROP INDEX "idx_clips_author";
--> statement-breakpoint
ALTER TABLE "clips" ALTER COLUMN "hidden_reason" SET DATA TYPE text;
--> statement-breakpoint
UPDATE "clips" SET "hidden_reason" = 'removed' WHERE "hidden_reason" = 'author';
--> statement-breakpoint
UPDATE "clips" SET "hidden_at" = now(), "hidden_reason" = 'removed', "purge_after" = NULL WHERE "visibility" <> 'public' AND "hidden_at" IS NULL;
--> statement-breakpoint
DROP TYPE "clip_hidden_reason";
--> statement-breakpoint
CREATE TYPE "clip_hidden_reason" AS ENUM('message_deleted', 'attachment_removed', 'filtered', 'daily_cap', 'removed');
--> statement-breakpoint
ALTER TABLE "clips" ALTER COLUMN "hidden_reason" SET DATA TYPE "clip_hidden_reason" USING "hidden_reason"::"clip_hidden_reason";
--> statement-breakpoint
ALTER TABLE "bot_guilds" DROP COLUMN "unavailable_since";
--> statement-breakpoint
ALTER TABLE "bot_guilds" DROP COLUMN "members_current_at";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "visibility";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "given_title";
--> statement-breakpoint
ALTER TABLE "guild_members" DROP COLUMN "is_pending";
--> statement-breakpoint
ALTER TABLE "guild_members" DROP COLUMN "timeout_until";
--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "shows_age_restricted";
--> statement-breakpoint
DROP TYPE "clip_visibility";
