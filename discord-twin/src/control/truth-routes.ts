import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { World } from '../world/world.ts'
import { truth, truthOfClips, type TrueClip } from './truth.ts'

const zId = z.string().regex(/^\d{1,20}$/, 'must be an id')
const zClips = z.strictObject({
  guild_id: zId.optional(),
  channel_id: zId.optional(),
  viewer_id: zId.optional(),
  /** What an answer gave as `next`. */
  after: z
    .string()
    .regex(/^\d{1,20}-\d{1,20}-\d{1,3}$/, 'must be what an answer gave as next')
    .optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
})
const zReaders = z.strictObject({ channel_id: zId })

/** What is so, for tests that compare: the world, every clip page by page, and who may read a channel. */
export function truthRoutes(app: FastifyInstance, { world }: { world: World }): void {
  app.get('/world', () => truth({ world }))
  app.get('/clips', (request) => {
    const query = zClips.parse(request.query)
    const [channelId = '', messageId = '', index = '0'] = query.after?.split('-') ?? []
    const found = truthOfClips(world, {
      guildId: query.guild_id,
      channelId: query.channel_id,
      viewerId: query.viewer_id,
      after: query.after === undefined ? undefined : { channelId, messageId, index: Number(index) },
    })
    const clips: TrueClip[] = []
    for (const clip of found) {
      clips.push(clip)
      if (clips.length === query.limit) break
    }
    const last = clips.length === query.limit ? clips.at(-1) : undefined
    return {
      clips: clips.map(clipPayload),
      next: last ? `${last.channelId}-${last.messageId}-${last.index}` : null,
    }
  })
  app.get('/readers', (request) => {
    const channel = world.requireChannel(zReaders.parse(request.query).channel_id)
    return { channel_id: channel.id, reader_ids: world.readersOf(channel) }
  })
}

function clipPayload(clip: TrueClip) {
  return {
    id: clip.id,
    url: clip.url,
    guild_id: clip.guildId,
    channel_id: clip.channelId,
    message_id: clip.messageId,
    source: clip.source,
    media: clip.mediaKey,
    filename: clip.fileName,
    size: clip.sizeBytes,
    sha256: clip.sha256,
    spoiler: clip.spoiler,
    native: clip.native,
    readable_by_bot: clip.readableByBot,
  }
}
