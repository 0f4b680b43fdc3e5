import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/problems?after: jobs that ended without success, newest first. For managers. 400, 401, 403, 404. */
export const GET = routeTo('problems')
