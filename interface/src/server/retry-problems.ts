import { AppError } from '@dcs/shared/core'
import { listGuildProblemIds, notifyScan, recordAudit } from '@dcs/shared/db'
import { retryJobFailure } from '@dcs/shared/jobs'
import type { Context } from './context.ts'
import { requireManage } from './scan-channels.ts'
import { actorOf } from './via.ts'
import type { Viewer, ViewerGuild } from './viewer.ts'

/** Of all problems, no more are tried again with one request. */
const MOST_AT_ONCE = 1_000

/**
 * Tries these problems again, or all that the viewer may know of. `retried` of them are in the queue now, `refused` cannot be tried as they are. Managers only.
 * Throws `not-found` when a named one is not there, and what stands in the way when it is the only one.
 */
export async function retryProblems(
  context: Context,
  viewer: Viewer,
  own: ViewerGuild,
  ids: readonly string[] | undefined,
): Promise<{ retried: number; refused: number }> {
  requireManage(own)
  const queue = await context.queue()
  const chosen = await listGuildProblemIds(own.access, ids ?? null, MOST_AT_ONCE)
  if (ids && chosen.length < new Set(ids).size)
    throw new AppError('not-found', 'a problem is not there', {
      publicMessage: 'ids: one of these problems is not there any more.',
    })
  const result = { retried: 0, refused: 0 }
  for (const id of chosen) {
    try {
      if (await retryJobFailure(queue, id)) result.retried += 1
    } catch (error) {
      if (ids?.length === 1 || !isRefusal(error)) throw error
      result.refused += 1
    }
  }
  const { guildId } = own.guild
  await recordAudit({ guildId, ...actorOf(viewer), action: 'problem.retry', target: guildId, details: result })
  await notifyScan({ guildId, channelId: null })
  return result
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'conflict' || error.code === 'not-found')
}
