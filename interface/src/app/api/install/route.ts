import { routeTo } from '@/lib/server-side.ts'

/** POST /api/install: begins to add the bot; answers with the address of Discord's page. 201; 400, 401. */
export const POST = routeTo('startInstall')
