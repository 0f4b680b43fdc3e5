CREATE TABLE "clip_forwards" (
	"clip_id" text,
	"message_id" text,
	"channel_id" text NOT NULL,
	"guild_id" text NOT NULL,
	"posted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "clip_forwards_pkey" PRIMARY KEY("clip_id","message_id")
);
--> statement-breakpoint
CREATE INDEX "idx_clip_forwards_message" ON "clip_forwards" ("message_id");