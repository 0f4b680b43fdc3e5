CREATE SCHEMA "auth";
--> statement-breakpoint
CREATE TYPE "clip_source" AS ENUM('attachment', 'forward', 'component', 'embed');--> statement-breakpoint
CREATE TYPE "clip_state" AS ENUM('pending', 'ready', 'failed');--> statement-breakpoint
CREATE TABLE "auth"."account" (
	"id" text PRIMARY KEY,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."rate_limit" (
	"id" text PRIMARY KEY,
	"key" text NOT NULL CONSTRAINT "rate_limit_key_key" UNIQUE,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."session" (
	"id" text PRIMARY KEY,
	"token" text NOT NULL CONSTRAINT "session_token_key" UNIQUE,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."user" (
	"id" text PRIMARY KEY,
	"name" text NOT NULL,
	"email" text NOT NULL CONSTRAINT "user_email_key" UNIQUE,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"discord_user_id" text CONSTRAINT "user_discord_user_id_key" UNIQUE,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."verification" (
	"id" text PRIMARY KEY,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "channel_coverage" (
	"channel_id" text PRIMARY KEY,
	"covered" int8multirange DEFAULT '{}' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clips" (
	"id" text PRIMARY KEY,
	"guild_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"message_id" text NOT NULL,
	"source" "clip_source" DEFAULT 'attachment'::"clip_source" NOT NULL,
	"author_id" text,
	"author_name" text,
	"author_avatar" text,
	"message_content" text DEFAULT '' NOT NULL,
	"filename" text NOT NULL,
	"content_type" text,
	"size_bytes" bigint NOT NULL,
	"width" integer,
	"height" integer,
	"duration_seconds" double precision,
	"placeholder" text,
	"is_spoiler" boolean DEFAULT false NOT NULL,
	"is_native_clip" boolean DEFAULT false NOT NULL,
	"url" text NOT NULL,
	"posted_at" timestamp with time zone NOT NULL,
	"state" "clip_state" DEFAULT 'pending'::"clip_state" NOT NULL,
	"failure_code" text,
	"failure_message" text,
	"object_sha256" text,
	"poster_sha256" text,
	"video_codec" text,
	"audio_codec" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "guild_members" (
	"guild_id" text,
	"user_id" text,
	"is_member" boolean NOT NULL,
	"role_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "guild_members_pkey" PRIMARY KEY("guild_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "guild_roles" (
	"guild_id" text,
	"role_id" text,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"permissions" text NOT NULL,
	CONSTRAINT "guild_roles_pkey" PRIMARY KEY("guild_id","role_id")
);
--> statement-breakpoint
CREATE TABLE "objects" (
	"sha256" text PRIMARY KEY,
	"size_bytes" bigint NOT NULL,
	"content_type" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "program_heartbeats" (
	"instance_id" uuid PRIMARY KEY,
	"program" text NOT NULL,
	"backend_pid" integer NOT NULL,
	"backend_start" timestamp(6) with time zone NOT NULL,
	"is_healthy" boolean NOT NULL,
	"detail" jsonb NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bot_channel_scan_runs" ADD COLUMN "requested_by" text;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "position" integer;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "parent_id" text;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "permission_overwrites" jsonb;--> statement-breakpoint
ALTER TABLE "bot_channels" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bot_guilds" ADD COLUMN "discord_owner_id" text;--> statement-breakpoint
ALTER TABLE "bot_guilds" ADD COLUMN "left_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "account_user_id_idx" ON "auth"."account" ("user_id");--> statement-breakpoint
CREATE INDEX "session_user_id_idx" ON "auth"."session" ("user_id");--> statement-breakpoint
CREATE INDEX "verification_identifier_idx" ON "auth"."verification" ("identifier");--> statement-breakpoint
CREATE INDEX "idx_clips_channel_posted" ON "clips" ("channel_id","posted_at" DESC,"id" DESC);--> statement-breakpoint
CREATE INDEX "idx_clips_guild" ON "clips" ("guild_id");--> statement-breakpoint
CREATE INDEX "idx_clips_message" ON "clips" ("message_id");--> statement-breakpoint
ALTER TABLE "auth"."account" ADD CONSTRAINT "account_user_id_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "auth"."session" ADD CONSTRAINT "session_user_id_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "channel_coverage" ADD CONSTRAINT "channel_coverage_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "bot_channels"("channel_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "bot_guilds"("guild_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "bot_channels"("channel_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_object_sha256_fkey" FOREIGN KEY ("object_sha256") REFERENCES "objects"("sha256");--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_poster_sha256_fkey" FOREIGN KEY ("poster_sha256") REFERENCES "objects"("sha256");--> statement-breakpoint
ALTER TABLE "guild_members" ADD CONSTRAINT "guild_members_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "bot_guilds"("guild_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "guild_roles" ADD CONSTRAINT "guild_roles_guild_id_fkey" FOREIGN KEY ("guild_id") REFERENCES "bot_guilds"("guild_id") ON DELETE CASCADE;