import { routeTo } from '@/lib/server-side.ts'

/** GET /api/clips?guild&cursor&limit: a page of the clips the viewer may see, newest first. 400, 401, 404 for a guild they are not in. */
export const GET = routeTo('clips')
