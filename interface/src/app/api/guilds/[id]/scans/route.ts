import { routeTo } from '@/lib/server-side.ts'

/** GET /api/guilds/:id/scans: how far each channel the viewer may read has been read. 400, 401, 404. */
export const GET = routeTo('scans')

/**
 * POST /api/guilds/:id/scans {mode?: quick|complete|recheck, channelIds?, switchOn?}: starts a scan of these channels, of all that are switched on, or with
 * switchOn of all. For managers. 202, 400, 401, 403, 404, 409.
 */
export const POST = routeTo('startScans')

/** PATCH /api/guilds/:id/scans {action: pause|resume, channelIds?}: holds scans back or lets them go on. For managers. 400, 401, 403, 404. */
export const PATCH = routeTo('changeScans')

/** DELETE /api/guilds/:id/scans {channelIds?}: cancels what waits or runs. For managers. 400, 401, 403, 404. */
export const DELETE = routeTo('stopScans')
