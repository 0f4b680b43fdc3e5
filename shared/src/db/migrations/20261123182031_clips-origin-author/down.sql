DROP INDEX "idx_clip_tombstones_erased";
--> statement-breakpoint
DROP INDEX "idx_clips_origin_author";
--> statement-breakpoint
ALTER TABLE "clips" DROP COLUMN "origin_author_id";
