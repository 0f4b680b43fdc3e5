import { AppError } from '@dcs/shared/core'
import {
  changeClip,
  findVisibleClip,
  listVisibleClips,
  takeClipOut,
  transaction,
  type ClipChange,
  type ClipCursor,
  type ClipView,
} from '@dcs/shared/db'
import type { ClipDetail, ClipPage } from '../lib/api-types.ts'
import { toCursorText } from './clip-cursor.ts'
import { toClipItem } from './clip-item.ts'
import type { Context } from './context.ts'
import { actorOf } from './via.ts'
import { requireGuild, type Viewer } from './viewer.ts'

/** How many clips a page has unless asked otherwise. */
export const PAGE_SIZE = 48

/** One page of what the viewer may see, newest first; of one guild when named. */
export async function listClips(
  viewer: Viewer,
  page: { guild?: string | undefined; limit?: number | undefined; cursor?: ClipCursor | undefined },
): Promise<ClipPage> {
  const guilds = page.guild === undefined ? viewer.guilds : [requireGuild(viewer, page.guild)]
  const { clips, next } = await listVisibleClips(
    guilds.map(({ access }) => access),
    { limit: page.limit ?? PAGE_SIZE, after: page.cursor ?? null },
  )
  return { clips: clips.map((clip) => toClipItem(clip, viewer)), next: next && toCursorText(next) }
}

/** A clip the viewer may see. Throws `not-found` for every other. */
export async function getClip(viewer: Viewer, clipId: string): Promise<ClipView> {
  const clip = await findVisibleClip(
    viewer.guilds.map(({ access }) => access),
    clipId,
  )
  if (clip) return clip
  throw new AppError('not-found', `clip ${clipId} is not visible to ${viewer.userId}`, {
    publicMessage: 'This clip does not exist, or you may not see it.',
  })
}

/** A clip and what follows it in the library. */
export async function getClipDetail(viewer: Viewer, clipId: string): Promise<ClipDetail> {
  const clip = await getClip(viewer, clipId)
  const { clips } = await listVisibleClips(
    viewer.guilds.map(({ access }) => access),
    { limit: 1, after: { postedAt: clip.postedAt.toISOString(), id: clip.id } },
  )
  return { clip: toClipItem(clip, viewer), olderId: clips[0]?.id ?? null }
}

/** Changes a clip for the viewer; see `changeClip`. */
export async function editClip(viewer: Viewer, clipId: string, change: ClipChange): Promise<void> {
  const access = viewer.guilds.map((own) => own.access)
  await changeClip(access, clipId, change, actorOf(viewer))
}

/** Takes a clip out of the library for the viewer; see `takeClipOut`. Its files go with the clean-up that is asked for here. */
export async function removeClip(context: Context, viewer: Viewer, clipId: string): Promise<void> {
  const queue = await context.queue()
  const access = viewer.guilds.map((own) => own.access)
  await transaction(async (tx) => {
    await takeClipOut(access, clipId, actorOf(viewer), tx)
    await queue.enqueue('purge', [{}], tx)
  })
}
