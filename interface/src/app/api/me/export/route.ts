import { routeTo } from '@/lib/server-side.ts'

/** GET /api/me/export: everything that is kept of the person who asks, as an archive; files=0 leaves the videos out. 401. */
export const GET = routeTo('exportMe')
