import { routeTo } from '@/lib/server-side.ts'

/** GET /api/install/callback: where Discord sends the browser back. 303 to the page of servers, or to sign-in first. */
export const GET = routeTo('installed')
