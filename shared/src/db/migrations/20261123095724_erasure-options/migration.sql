ALTER TABLE "erasures" ADD COLUMN "with_account" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "leaves_guild" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "only_listed" boolean DEFAULT false NOT NULL;