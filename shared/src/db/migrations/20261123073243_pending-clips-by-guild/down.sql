DROP INDEX "idx_clips_pending_guild";
