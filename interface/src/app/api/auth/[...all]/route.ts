import { routeTo } from '@/lib/server-side.ts'

/** /api/auth/*: sign-in (POST sign-in/social), its callback, session and sign-out. */
export const GET = routeTo('auth')
export const POST = routeTo('auth')
