import { routeTo } from '@/lib/server-side.ts'

/** POST /api/me/erasures: erases everything of the person who asks. 202; 400 when the word is not typed, 401. */
export const POST = routeTo('eraseMe')
