import { routeTo } from '@/lib/server-side.ts'

/** GET /api/me/privacy: what is kept of the person who asks. 401. */
export const GET = routeTo('myPrivacy')

/** PATCH /api/me/privacy: opt out or in. 400, 401, 409 while erasing. */
export const PATCH = routeTo('changePrivacy')
