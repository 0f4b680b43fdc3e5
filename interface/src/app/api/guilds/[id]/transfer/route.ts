import { routeTo } from '@/lib/server-side.ts'

/** POST /api/guilds/:id/transfer: hands a claimed server to another manager. 400, 401, 403, 404, 409 when they cannot have it. */
export const POST = routeTo('transferGuild')
