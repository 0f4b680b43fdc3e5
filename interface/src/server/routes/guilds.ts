import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { toGuildItem } from '../guild-item.ts'
import { json, route } from '../route-handler.ts'
import { cancelScans, listScans, startScans } from '../scans.ts'
import { requireGuild } from '../viewer.ts'

const params = z.object({ id: zSnowflake })
const body = z.object({
  channelIds: z
    .array(zSnowflake, { error: 'must be a list of channel ids' })
    .min(1, 'must name at least one channel')
    .max(1000, 'names too many channels')
    .optional(),
})

export const guilds = route({}, async ({ viewer }) => json({ guilds: viewer.guilds.map(toGuildItem) }))

export const scans = route({ params }, async ({ viewer, params }) =>
  json(await listScans(requireGuild(viewer, params.id))),
)

export const startScansRoute = route({ params, body }, async ({ context, viewer, params, body }) => {
  const own = requireGuild(viewer, params.id)
  const started = await startScans(context, viewer, own, body.channelIds)
  return json({ started, ...(await listScans(own)) }, { status: 202 })
})

export const stopScansRoute = route({ params, body }, async ({ viewer, params, body }) => {
  const own = requireGuild(viewer, params.id)
  const stopped = await cancelScans(own, body.channelIds)
  return json({ stopped, ...(await listScans(own)) })
})
