ALTER TABLE "erasures" DROP COLUMN "with_account";
--> statement-breakpoint
ALTER TABLE "erasures" DROP COLUMN "leaves_guild";
--> statement-breakpoint
ALTER TABLE "erasures" DROP COLUMN "only_listed";
