import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/scans: how far each channel the viewer may read has been read. 400, 401, 404. */
export const GET = routeTo('scans')

/** POST /api/guilds/:id/scans {channelIds?}: starts reading these channels, or all. For managers. 202, 400, 401, 403, 404. */
export const POST = routeTo('startScans')

/** DELETE /api/guilds/:id/scans {channelIds?}: stops reading them. For managers. 400, 401, 403, 404. */
export const DELETE = routeTo('stopScans')
