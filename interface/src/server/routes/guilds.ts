import { toGuildItem } from '../guild-item.ts'
import { json, route } from '../route-handler.ts'

export const guilds = route({}, async ({ viewer }) => json({ guilds: viewer.guilds.map(toGuildItem) }), {
  scope: 'clips:read',
})
