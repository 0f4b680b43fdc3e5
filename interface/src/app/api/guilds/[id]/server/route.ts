import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/server: who claimed the server, and what the bot lacks there. 401, 403, 404. */
export const GET = routeTo('guildServer')
