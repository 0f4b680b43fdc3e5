import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds: the guilds the viewer is in and the bot too, by name. 401. */
export const GET = routeTo('guilds')
