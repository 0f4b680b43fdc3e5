import { routeTo } from '@/lib/server-side.ts'

/**
 * GET /api/events: server-sent events `scan` and `clips` naming the guild in which something changed, for guilds the viewer is in and channels they see at that moment, and
 * `access` when what they see has changed. 401; 429 with 24 streams of one person open.
 */
export const GET = routeTo('events')
