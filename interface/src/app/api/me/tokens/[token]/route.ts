import { routeTo } from '@/lib/server-side.ts'

/** DELETE /api/me/tokens/:token: ends a token at once. 400, 401, 404. */
export const DELETE = routeTo('revokeToken')
