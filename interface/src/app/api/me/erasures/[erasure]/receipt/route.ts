import { routeTo } from '@/lib/server-side.ts'

/** GET /api/me/erasures/:erasure/receipt: the signed receipt, as a file. 401, 404. */
export const GET = routeTo('receipt')
