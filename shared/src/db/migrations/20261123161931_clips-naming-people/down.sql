DROP INDEX "idx_clips_participants";
--> statement-breakpoint
DROP INDEX "idx_clips_mentions";
