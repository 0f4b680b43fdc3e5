import { routeTo } from '@/lib/server-side.ts'

/** GET /api/servers: the viewer's servers with the bot, and those they could add it to. 401. */
export const GET = routeTo('servers')
