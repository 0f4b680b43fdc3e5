CREATE TABLE "auth"."rate_limit" (
	"id" text PRIMARY KEY,
	"key" text NOT NULL CONSTRAINT "rate_limit_key_key" UNIQUE,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL
);

--> statement-breakpoint
DROP INDEX "idx_clips_author";
--> statement-breakpoint
CREATE INDEX "idx_clips_author" ON "clips" ("author_id") WHERE author_id is not null;
