import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/scan-settings: the settings that are about scanning. For managers. 400, 401, 403, 404. */
export const GET = routeTo('scanSettings')

/** PATCH /api/guilds/:id/scan-settings {setting: value, …}: changes some of them, all or none. For managers. 400, 401, 403, 404. */
export const PATCH = routeTo('changeScanSettings')
