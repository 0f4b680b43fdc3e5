ALTER TABLE "bot_guilds" DROP COLUMN "members_since";
