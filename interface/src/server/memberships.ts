import { SECOND } from '@dcs/shared/core'
import {
  findFreshMember,
  findFreshThreadMemberships,
  listPrivateThreadsWithClips,
  putMember,
  putThreadMember,
} from '@dcs/shared/db'
import { fetchMember, isInThread } from '@dcs/shared/discord'
import type { PersonFacts } from '@dcs/shared/domain'
import type { Context } from './context.ts'

/** How long Discord's word on a membership counts where no event tells that it changed. */
const MAX_AGE_MS = 30 * SECOND
const DISCORD_TIMEOUT_MS = 8 * SECOND
/** Of more private threads nobody is asked about at once; the rest counts as not being in. */
const THREADS_AT_ONCE = 50

/** What Discord says of a person in a guild: null for somebody who is not in it, 'unknown' when Discord cannot be asked; then they may see nothing. */
export async function findPerson(
  context: Context,
  guildId: string,
  userId: string,
): Promise<PersonFacts | null | 'unknown'> {
  const fresh = await findFreshMember(guildId, userId, MAX_AGE_MS)
  if (fresh) {
    const { isMember, roleIds, isPending, timeoutUntil } = fresh
    return isMember ? { userId, roleIds, isPending, timeoutUntil } : null
  }
  try {
    const member = await fetchMember(context.rest(), guildId, userId, AbortSignal.timeout(DISCORD_TIMEOUT_MS))
    await putMember(guildId, userId, member)
    return member && { userId, ...member }
  } catch (error) {
    context.log.warn({ err: error, guildId }, 'membership could not be checked')
    return 'unknown'
  }
}

/** The private threads with clips that a person is in. Where Discord cannot be asked, they are not. */
export async function findThreads(context: Context, guildId: string, userId: string): Promise<ReadonlySet<string>> {
  const threadIds = await listPrivateThreadsWithClips(guildId)
  const known = await findFreshThreadMemberships(userId, threadIds, MAX_AGE_MS)
  const unknown = threadIds.filter((id) => !known.has(id)).slice(0, THREADS_AT_ONCE)
  const asked = await Promise.all(
    unknown.map(async (threadId) => {
      try {
        const signal = AbortSignal.timeout(DISCORD_TIMEOUT_MS)
        const isMember = await isInThread(context.rest(), threadId, userId, signal)
        await putThreadMember({ guildId, threadId, userId, isMember })
        return isMember ? [threadId] : []
      } catch (error) {
        context.log.warn({ err: error, guildId, threadId }, 'membership of a thread could not be checked')
        return []
      }
    }),
  )
  return new Set([...[...known].flatMap(([id, isMember]) => (isMember ? [id] : [])), ...asked.flat()])
}
