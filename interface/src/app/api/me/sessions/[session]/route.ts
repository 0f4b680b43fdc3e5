import { routeTo } from '@/lib/server-side.ts'

/** DELETE /api/me/sessions/:session: signs one browser out. 400, 401, 404. */
export const DELETE = routeTo('endOneSession')
