import { routeTo } from '@/lib/server-side.ts'

/** GET /api/events: server-sent events `scan` and `clips` naming the guild in which something changed, for guilds the viewer is in at that moment. 401. */
export const GET = routeTo('events')
