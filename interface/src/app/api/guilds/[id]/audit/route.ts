import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/audit?before=&action=: what people changed, newest first. For managers. 400, 401, 403, 404. */
export const GET = routeTo('audit')
