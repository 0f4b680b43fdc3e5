import { routeTo } from '@/lib/server-side.ts'

/** GET /api/me/sessions: the browsers the viewer is signed in with. 401. */
export const GET = routeTo('sessions')

/** DELETE /api/me/sessions: signs the viewer out everywhere, here too. 401. */
export const DELETE = routeTo('endAllSessions')
