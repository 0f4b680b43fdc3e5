import { routeTo } from '@/lib/server-side.ts'

/** POST /api/guilds/:id/claim: claims the server. 201; 401, 403 for who does not manage it, 404, 409 when somebody else has it. */
export const POST = routeTo('claimGuild')

/** DELETE /api/guilds/:id/claim: gives it up. 401, 403 for who has not claimed it, 404. */
export const DELETE = routeTo('unclaimGuild')
