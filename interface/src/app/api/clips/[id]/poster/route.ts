import { routeTo } from '@/lib/server-side.ts'

/** GET, HEAD /api/clips/:id/poster: the picture of a clip as webp. 304, 400, 401, 404. */
export const GET = routeTo('poster')
export const HEAD = routeTo('poster')
