import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/channels/:channel/threads?after: the threads or posts of a channel, newest first. 400, 401, 404. */
export const GET = routeTo('threadScans')
