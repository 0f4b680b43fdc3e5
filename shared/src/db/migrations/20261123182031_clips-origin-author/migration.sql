ALTER TABLE "clips" ADD COLUMN "origin_author_id" text;--> statement-breakpoint
CREATE INDEX "idx_clip_tombstones_erased" ON "clip_tombstones" ("message_id") WHERE reason = 'erased';--> statement-breakpoint
CREATE INDEX "idx_clips_origin_author" ON "clips" ("origin_author_id") WHERE origin_author_id is not null;