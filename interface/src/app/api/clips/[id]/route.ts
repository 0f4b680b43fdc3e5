import { routeTo } from '@/lib/server-side.ts'

/** GET /api/clips/:id: one clip and the id of the one after it. 400, 401, 404 when the viewer may not see it. */
export const GET = routeTo('clip')
