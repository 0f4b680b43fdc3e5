import { routeTo } from '@/lib/server-side.ts'

/**
 * GET, HEAD /api/clips/:id/video: the bytes, whole or the part named by Range; ?download=1 saves them under the original name.
 * The right to see them is checked at each request. 206, 304, 400, 401, 404, 416.
 */
export const GET = routeTo('video')
export const HEAD = routeTo('video')
