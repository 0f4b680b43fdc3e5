import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { zClipCursor } from '../clip-cursor.ts'
import { getClipDetail, listClips } from '../clips.ts'
import { json, route } from '../route-handler.ts'

const query = z.object({
  guild: zSnowflake.optional(),
  cursor: zClipCursor.optional(),
  limit: z.coerce
    .number({ error: 'must be a number from 1 to 100' })
    .int('must be a number from 1 to 100')
    .min(1, 'must be a number from 1 to 100')
    .max(100, 'must be a number from 1 to 100')
    .optional(),
})

export const clips = route({ query }, async ({ viewer, query }) => json(await listClips(viewer, query)), {
  scope: 'clips:read',
})

export const clip = route(
  { params: z.object({ id: zSnowflake }) },
  async ({ viewer, params }) => json(await getClipDetail(viewer, params.id)),
  { scope: 'clips:read' },
)
