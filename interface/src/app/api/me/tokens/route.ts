import { routeTo } from '@/lib/server-side.ts'

/** GET /api/me/tokens: the viewer's API tokens, without what they are. 401. */
export const GET = routeTo('apiTokens')

/** POST /api/me/tokens: makes one; its text is in this answer alone. 201; 400, 401, 409. */
export const POST = routeTo('createToken')
