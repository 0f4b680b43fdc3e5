import { routeTo } from '@/lib/server-side.ts'

/** GET /api/clips/:id: one clip and the id of the one after it. 400, 401, 404 when the viewer may not see it. */
export const GET = routeTo('clip')

/** PATCH /api/clips/:id {title, visibility, tags}: changes what is named. For its author, managers and the roles they chose. 400, 401, 403, 404. */
export const PATCH = routeTo('changeClip')

/** DELETE /api/clips/:id: takes it out of the library for good. For its author, managers and the roles they chose. 400, 401, 403, 404. */
export const DELETE = routeTo('deleteClip')
