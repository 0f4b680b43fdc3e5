import { routeTo } from '@/lib/server-side.ts'

/** GET /api/health: the state of each part, for anybody, with what it is doing for who is signed in. 200 when all are up, 503 when one is down. */
export const GET = routeTo('health')
