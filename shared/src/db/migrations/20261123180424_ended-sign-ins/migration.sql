DROP TABLE "auth"."rate_limit";--> statement-breakpoint
DROP INDEX "idx_clips_author";--> statement-breakpoint
CREATE INDEX "idx_clips_author" ON "clips" ("author_id",(id::numeric)) WHERE author_id is not null;