import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/purge: whether everything of the server is to be erased. 401, 403, 404. */
export const GET = routeTo('purge')

/** POST /api/guilds/:id/purge: asks for it. 202; 400 when the name is not typed, 401, 403, 404. */
export const POST = routeTo('requestPurge')

/** DELETE /api/guilds/:id/purge: takes it back until it begins. 401, 403, 404, 409. */
export const DELETE = routeTo('cancelPurge')
