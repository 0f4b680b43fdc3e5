ALTER TABLE "bot_guilds" DROP COLUMN "facts_current_at";
