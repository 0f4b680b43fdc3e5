import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/access: which roles may do what, and blocked authors. For managers. 401, 403, 404. */
export const GET = routeTo('guildAccess')

/** PATCH /api/guilds/:id/access {setting: value, …}: changes some of the settings, all or none. For managers. 400, 401, 403, 404. */
export const PATCH = routeTo('changeGuildAccess')
