import {
  beginErasure,
  deleteAuthorKey,
  eraseAccount,
  eraseNextClips,
  findErasure,
  finishErasure,
  forgetGuild,
  forgetInClips,
  listClipsNaming,
  listPendingObjects,
  notifyClips,
  settlePendingObject,
  transaction,
  type Erasure,
} from '@dcs/shared/db'
import { RetryLater } from '@dcs/shared/core'
import { leaveGuild } from '@dcs/shared/discord'
import type { WorkerContext } from '../../context.ts'
import type { Handler, JobRun } from '../../runner/handler.ts'
import { removeObject } from '../purge/remove-object.ts'

const CLIPS_AT_ONCE = 500
const OBJECTS_AT_ONCE = 200

/** Small steps, each whole: killed at any point, the next run goes on. What is left to do is always in the rows, never in this process. */
export const eraseHandler: Handler<'erase'> = {
  concurrency: 1,

  run: async (context, { erasureId }, run) => {
    const erasure = await transaction((tx) => beginErasure(erasureId, tx))
    if (!erasure) return requireOver(erasureId)
    do {
      await eraseClips(erasureId, run)
      if (erasure.subject === 'author' && !erasure.onlyListed) await deleteAuthorKey(erasure.subjectId)
      if (erasure.subject === 'author') await eraseTraces(erasure, run)
      await eraseFiles(context, erasureId, run)
      if (erasure.subject === 'guild' && !erasure.onlyListed) await eraseGuild(context, erasure)
    } while (!(await transaction((tx) => finishErasure(erasureId, tx))))
    if (erasure.subject === 'guild') await notifyClips({ guildId: erasure.subjectId, channelId: null })
  },

  recordFailure: async () => {},

  about: async (_context, { erasureId }) => {
    const erasure = await findErasure(erasureId)
    return { guildId: erasure?.subject === 'guild' ? erasure.subjectId : null, channelId: null }
  },
}

/** A job that comes too early waits; one whose request was cancelled or is done has nothing to do. */
async function requireOver(erasureId: string): Promise<void> {
  const erasure = await findErasure(erasureId)
  if (!erasure || erasure.erasedAt || erasure.cancelledAt) return
  throw new RetryLater('The grace of this request is not over.', Math.max(1_000, erasure.dueAt.getTime() - Date.now()))
}

async function eraseClips(erasureId: string, { signal, event }: JobRun): Promise<void> {
  let after: string | null = ''
  while (after !== null) {
    signal.throwIfAborted()
    after = await eraseNextClips(erasureId, { after, limit: CLIPS_AT_ONCE })
    if (after !== null) event.pieces = Number(event.pieces ?? 0) + 1
  }
}

async function eraseTraces({ id, subjectId, withAccount }: Erasure, { signal }: JobRun): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const naming = await listClipsNaming(subjectId, CLIPS_AT_ONCE)
    if (naming.length === 0) break
    await forgetInClips(id, subjectId, naming)
  }
  const isStillAsked = withAccount || ((await findErasure(id))?.withAccount ?? false)
  if (isStillAsked) await eraseAccount(id, subjectId)
}

async function eraseFiles({ store }: WorkerContext, erasureId: string, { signal, event }: JobRun): Promise<void> {
  for (;;) {
    const pending = await listPendingObjects(erasureId, OBJECTS_AT_ONCE)
    if (pending.length === 0) return
    for (const sha256 of pending) {
      signal.throwIfAborted()
      const isGone = await removeObject(store, sha256)
      await settlePendingObject(erasureId, sha256, isGone ? 'gone' : 'shared')
      if (isGone) event.files = Number(event.files ?? 0) + 1
    }
  }
}

async function eraseGuild({ rest }: WorkerContext, { id, subjectId, leavesGuild }: Erasure): Promise<void> {
  if (leavesGuild) await leaveGuild(rest, subjectId)
  await transaction((tx) => forgetGuild({ guildId: subjectId, erasureId: id, left: leavesGuild }, tx))
}
