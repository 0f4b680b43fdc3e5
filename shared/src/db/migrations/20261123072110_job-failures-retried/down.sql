ALTER TABLE "job_failures" DROP COLUMN "retried_at";
