ALTER TABLE "auth"."account" DROP CONSTRAINT "account_user_id_user_id_fkey";
--> statement-breakpoint
ALTER TABLE "auth"."session" DROP CONSTRAINT "session_user_id_user_id_fkey";
--> statement-breakpoint
ALTER TABLE "clips" DROP CONSTRAINT "clips_object_sha256_fkey";
--> statement-breakpoint
ALTER TABLE "clips" DROP CONSTRAINT "clips_poster_sha256_fkey";
--> statement-breakpoint
DROP TABLE "auth"."account";
--> statement-breakpoint
DROP TABLE "auth"."rate_limit";
--> statement-breakpoint
DROP TABLE "auth"."session";
--> statement-breakpoint
DROP TABLE "auth"."user";
--> statement-breakpoint
DROP TABLE "auth"."verification";
--> statement-breakpoint
DROP TABLE "channel_coverage";
--> statement-breakpoint
DROP TABLE "clips";
--> statement-breakpoint
DROP TABLE "guild_members";
--> statement-breakpoint
DROP TABLE "guild_roles";
--> statement-breakpoint
DROP TABLE "objects";
--> statement-breakpoint
DROP TABLE "program_heartbeats";
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" DROP COLUMN "requested_by";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "position";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "parent_id";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "permission_overwrites";
--> statement-breakpoint
ALTER TABLE "bot_channels" DROP COLUMN "deleted_at";
--> statement-breakpoint
ALTER TABLE "bot_guilds" DROP COLUMN "discord_owner_id";
--> statement-breakpoint
ALTER TABLE "bot_guilds" DROP COLUMN "left_at";
--> statement-breakpoint
DROP TYPE "clip_source";
--> statement-breakpoint
DROP TYPE "clip_state";
--> statement-breakpoint
DROP SCHEMA "auth";

