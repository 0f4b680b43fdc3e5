import { routeTo } from '@/lib/server-side.ts'

/** POST /api/guilds/:id/blocked-authors {authorId, reason}: nothing of this author is kept or shown any more. For managers. 400, 401, 403, 404. */
export const POST = routeTo('blockAuthor')

/** DELETE /api/guilds/:id/blocked-authors {authorId}: the author's clips are kept and shown again. For managers. 400, 401, 403, 404. */
export const DELETE = routeTo('unblockAuthor')
