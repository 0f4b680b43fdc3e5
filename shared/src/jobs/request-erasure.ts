import type { PastErasure } from '../core/erasure-receipt.ts'
import { AppError } from '../core/errors.ts'
import { database } from '../db/config.ts'
import type { Executor, Transaction } from '../db/database.ts'
import type { Erasure } from '../db/models/index.ts'
import { sqlState } from '../db/postgres-errors.ts'
import { recordAudit, type AuditVia } from '../db/repositories/audit.repo.ts'
import {
  beginErasure,
  cancelErasure,
  findErasure,
  listOpenErasures,
  openErasure,
  type NewErasure,
} from '../db/repositories/erasures.repo.ts'
import { reopenErasure } from '../db/repositories/erasure-list.repo.ts'
import type { Queue } from './queue.ts'

type Enqueue = Pick<Queue, 'enqueue'>

/** Before everything else that waits. */
const ERASE_PRIORITY = 1_000
const DEADLOCK = '40P01'

/**
 * Asks for everything of a person or a guild to be erased. Without a grace, nothing of it can be reached when this resolves, and nothing new is stored; a job
 * then erases it. A request that is open already is joined (`created` false), however many ask at once.
 */
export async function requestErasure(
  queue: Enqueue,
  request: NewErasure,
  db: Executor = database(),
): Promise<{ erasure: Erasure; created: boolean }> {
  return again(() =>
    db.transaction(async (tx) => {
      const opened = await openErasure(request, tx)
      const { erasure } = opened
      if (opened.created) {
        await audit(erasure, { actorId: request.requestedBy, via: request.via, verb: 'request' }, tx)
        await enqueue(queue, erasure.id, secondsUntil(erasure.dueAt), tx)
      } else if (opened.widened)
        await audit(erasure, { actorId: request.requestedBy, via: request.via, verb: 'request' }, tx)
      return { ...opened, erasure: (await beginErasure(erasure.id, tx)) ?? erasure }
    }),
  )
}

/** Takes a request back. Throws `not-found` when it is not there, and `conflict` when it has begun. */
export async function withdrawErasure(
  id: string,
  { actorId, via }: { actorId: string | null; via: AuditVia },
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const erasure = await findErasure(id, tx)
    if (!erasure) throw new AppError('not-found', `no erasure ${id}`, { publicMessage: 'There is no such request.' })
    if (!(await cancelErasure(id, tx)))
      throw new AppError('conflict', `erasure ${id} has begun or is over`, {
        publicMessage: 'This has begun already, or was taken back before. It cannot be taken back any more.',
      })
    await audit(erasure, { actorId, via, verb: 'cancel' }, tx)
  })
}

/** Erases again what a database restored from an older backup brought back. Returns whether anything of it was there; see `reopenErasure`. */
export async function repeatErasure(queue: Enqueue, past: PastErasure, db: Executor = database()): Promise<boolean> {
  return again(() =>
    db.transaction(async (tx) => {
      if (!(await reopenErasure(past, tx))) return false
      await beginErasure(past.id, tx)
      await enqueue(queue, past.id, 0, tx)
      return true
    }),
  )
}

/** Gives every open request its job; those that have one keep it. */
export async function enqueueOpenErasures(queue: Enqueue, db: Executor = database()): Promise<void> {
  for (const { id, inSeconds } of await listOpenErasures(db)) await enqueue(queue, id, inSeconds, db)
}

async function enqueue(queue: Enqueue, erasureId: string, inSeconds: number, db: Executor): Promise<void> {
  const startAfterSeconds = inSeconds > 0 ? { startAfterSeconds: inSeconds } : {}
  await queue.enqueue('erase', [{ erasureId }], db, { priority: ERASE_PRIORITY, ...startAfterSeconds })
}

function secondsUntil(date: Date): number {
  return Math.max(0, Math.ceil((date.getTime() - Date.now()) / 1_000))
}

async function audit(
  { id, subject, subjectId, withAccount, leavesGuild, dueAt }: Erasure,
  { actorId, via, verb }: { actorId: string | null; via: AuditVia; verb: 'request' | 'cancel' },
  tx: Transaction,
): Promise<void> {
  const details = { erasureId: id, withAccount, leavesGuild, dueAt: dueAt.toISOString() }
  const guildId = subject === 'guild' ? subjectId : null
  await recordAudit({ guildId, actorId, via, action: `erasure.${verb}`, target: subjectId, details }, tx)
}

/** Whoever stores clips of the person at the same moment may stand in the way; the database then ends one of the two. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (sqlState(error) !== DEADLOCK || attempt === 5) throw error
    }
  }
}
