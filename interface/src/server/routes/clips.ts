import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { zClipCursor } from '../clip-cursor.ts'
import { editClip, getClipDetail, listClips, removeClip } from '../clips.ts'
import { zPersonText } from '../person-text.ts'
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

const tag = zPersonText
  .transform((text) => text.normalize('NFC').trim().toLowerCase())
  .pipe(
    z
      .string()
      .min(1, 'must not be empty')
      .max(40, 'has more than 40 characters')
      .regex(/^[^,\p{Cc}]+$/u, 'must be one tag, without commas'),
  )
const change = z
  .strictObject({
    title: zPersonText
      .min(1, 'must not be empty; null takes it away')
      .max(200, 'has more than 200 characters')
      .nullish(),
    visibility: z.enum(['public', 'unlisted', 'private'], { error: 'must be public, unlisted or private' }).optional(),
    tags: z
      .array(tag, { error: 'must be a list of tags' })
      .max(20, 'names more than 20 tags')
      .transform((tags) => [...new Set(tags)])
      .optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'must name something to change')

export const changeClip = route(
  { params: z.object({ id: zSnowflake }), body: change },
  async ({ viewer, params, body }) => {
    await editClip(viewer, params.id, body)
    return json(await getClipDetail(viewer, params.id))
  },
  { scope: 'clips:write' },
)

export const deleteClip = route(
  { params: z.object({ id: zSnowflake }) },
  async ({ context, viewer, params }) => {
    await removeClip(context, viewer, params.id)
    return json({ removed: params.id })
  },
  { scope: 'clips:write' },
)
