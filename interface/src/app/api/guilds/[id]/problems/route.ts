import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/problems?after: jobs that ended without success, newest first. For managers. 400, 401, 403, 404. */
export const GET = routeTo('problems')

/** POST /api/guilds/:id/problems {ids?}: tries these again, or all. For managers. 202, 400, 401, 403, 404, 409. */
export const POST = routeTo('retryProblems')
