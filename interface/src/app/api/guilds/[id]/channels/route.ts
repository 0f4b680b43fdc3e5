import { routeTo } from '@/lib/server-side.ts'

/** PATCH /api/guilds/:id/channels {channelIds, isReading}: switches reading on or off without a scan. For managers. 400, 401, 403, 404. */
export const PATCH = routeTo('switchReading')
