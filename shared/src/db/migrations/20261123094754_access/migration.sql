CREATE TYPE "clip_visibility" AS ENUM('public', 'unlisted', 'private');--> statement-breakpoint
ALTER TYPE "clip_hidden_reason" ADD VALUE 'author';--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL CONSTRAINT "api_tokens_hash_key" UNIQUE,
	"hint" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigserial PRIMARY KEY,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"guild_id" text,
	"actor_id" text,
	"via" text NOT NULL,
	"action" text NOT NULL,
	"target" text,
	"details" jsonb DEFAULT '{}' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "author_blocks" (
	"guild_id" text,
	"user_id" text,
	"blocked_by" text,
	"reason" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "author_blocks_pkey" PRIMARY KEY("guild_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "author_opt_outs" (
	"user_id" text PRIMARY KEY,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clip_tags" (
	"clip_id" text,
	"tag" text,
	"tagged_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "clip_tags_pkey" PRIMARY KEY("clip_id","tag")
);
--> statement-breakpoint
CREATE TABLE "erased_items" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"erasure_id" uuid NOT NULL,
	"erased_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"subject" text NOT NULL,
	"subject_id" text NOT NULL,
	"requested_by" text,
	"via" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cancelled_at" timestamp with time zone,
	"unreachable_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"erased_at" timestamp with time zone,
	"found" jsonb DEFAULT '{}' NOT NULL,
	"erased" jsonb DEFAULT '{}' NOT NULL,
	"clips_left" integer
);
--> statement-breakpoint
CREATE TABLE "author_keys" (
	"author_id" text PRIMARY KEY,
	"wrapped_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "object_keys" (
	"sha256" text,
	"author_id" text,
	"wrapped_key" text NOT NULL,
	CONSTRAINT "object_keys_pkey" PRIMARY KEY("sha256","author_id")
);
--> statement-breakpoint
CREATE TABLE "request_limits" (
	"key" text PRIMARY KEY,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "thread_members" (
	"thread_id" text,
	"user_id" text,
	"guild_id" text NOT NULL,
	"is_member" boolean NOT NULL,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "thread_members_pkey" PRIMARY KEY("thread_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "bot_guilds" ADD COLUMN "unavailable_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bot_guilds" ADD COLUMN "members_current_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "visibility" "clip_visibility" DEFAULT 'public'::"clip_visibility" NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "given_title" text;--> statement-breakpoint
ALTER TABLE "guild_members" ADD COLUMN "is_pending" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "guild_members" ADD COLUMN "timeout_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "shows_age_restricted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "idx_api_tokens_user" ON "api_tokens" ("user_id");--> statement-breakpoint
CREATE INDEX "idx_audit_log_guild" ON "audit_log" ("guild_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "idx_audit_log_actor" ON "audit_log" ("actor_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "idx_author_blocks_user" ON "author_blocks" ("user_id");--> statement-breakpoint
CREATE INDEX "idx_clip_tags_tag" ON "clip_tags" ("tag");--> statement-breakpoint
CREATE INDEX "idx_clips_author" ON "clips" ("author_id") WHERE author_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "erased_items_key" ON "erased_items" ("kind","id","erasure_id");--> statement-breakpoint
CREATE UNIQUE INDEX "idx_erasures_open" ON "erasures" ("subject","subject_id") WHERE erased_at is null and cancelled_at is null;--> statement-breakpoint
CREATE INDEX "idx_erasures_subject" ON "erasures" ("subject","subject_id","requested_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "idx_object_keys_author" ON "object_keys" ("author_id");--> statement-breakpoint
CREATE INDEX "idx_thread_members_user" ON "thread_members" ("user_id","guild_id");--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("discord_user_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "clip_tags" ADD CONSTRAINT "clip_tags_clip_id_fkey" FOREIGN KEY ("clip_id") REFERENCES "clips"("id") ON DELETE CASCADE;