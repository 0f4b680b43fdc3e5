import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/channels/:channel/runs?after: what was scanned when, newest first. For managers. 400, 401, 403, 404. */
export const GET = routeTo('scanRuns')
