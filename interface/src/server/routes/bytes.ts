import { AppError, zSnowflake } from '@dcs/shared/core'
import { findObjectKey } from '@dcs/shared/db'
import * as z from 'zod'
import { getClip } from '../clips.ts'
import { attachmentDisposition } from '../content-disposition.ts'
import { respondWithObject } from '../object-response.ts'
import { route } from '../route-handler.ts'
import { playableContentType } from '../video-content-type.ts'

const params = z.object({ id: zSnowflake })
const query = z.object({ download: z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional() })

/** Kept by this browser only, and asked about before each use, so that a lost right counts at once. */
const KEPT_BUT_ASKED = 'private, no-cache'

export const video = route(
  { params, query },
  async ({ request, context, viewer, params, query }) => {
    const clip = await getClip(viewer, params.id)
    if (!clip.objectSha256)
      throw new AppError('not-found', `clip ${clip.id} has no bytes`, {
        publicMessage: 'The video of this clip is not saved.',
      })
    return respondWithObject(request, context.store, clip.objectSha256, {
      contentType: playableContentType(clip.objectContentType ?? clip.contentType),
      key: await findObjectKey(context.config.storageKey, clip.objectSha256),
      cacheControl: KEPT_BUT_ASKED,
      ...(query.download === '1' ? { disposition: attachmentDisposition(clip.filename) } : {}),
    })
  },
  { scope: 'clips:read', limit: 'bytes' },
)

export const poster = route(
  { params },
  async ({ request, context, viewer, params }) => {
    const clip = await getClip(viewer, params.id)
    if (!clip.posterSha256)
      throw new AppError('not-found', `clip ${clip.id} has no poster`, { publicMessage: 'This clip has no picture.' })
    return respondWithObject(request, context.store, clip.posterSha256, {
      contentType: 'image/webp',
      key: await findObjectKey(context.config.storageKey, clip.posterSha256),
      cacheControl: KEPT_BUT_ASKED,
    })
  },
  { scope: 'clips:read', limit: 'bytes' },
)
