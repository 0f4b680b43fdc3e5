import { describeError, SECOND } from '@dcs/shared/core'
import {
  databaseTime,
  findFreshMember,
  findFreshThreadMemberships,
  listFreshMemberships,
  listPrivateThreadsWithClips,
  putMember,
  putThreadMember,
} from '@dcs/shared/db'
import { fetchMember, isInThread } from '@dcs/shared/discord'
import type { PersonFacts } from '@dcs/shared/domain'
import type { Context } from './context.ts'
import { listOwnGuilds } from './own-guilds.ts'
import { createQuestions } from './questions.ts'

/** A person in a guild: null for somebody who is not in it, 'unknown' when Discord cannot be asked; then they may see nothing. */
export type Membership = PersonFacts | null | 'unknown'

/** How long Discord's word on a membership counts where no event tells that it changed. */
const MAX_AGE_MS = 30 * SECOND
const DISCORD_TIMEOUT_MS = 8 * SECOND
/** Of more private threads nobody is asked about at once; the rest counts as not being in. */
const THREADS_AT_ONCE = 50
/** In more guilds than this nobody is looked for before their own account has said which they are in. */
const GUILDS_AT_ONCE = 5

const people = createQuestions<Membership>()
const threads = createQuestions<boolean>()

/** What Discord says of a person in a guild. Asks Discord where nothing known counts any more. */
export async function findPerson(context: Context, guildId: string, userId: string): Promise<Membership> {
  const fresh = await findFreshMember(guildId, userId, MAX_AGE_MS)
  return fresh ? toPerson(fresh) : askForPerson(context, guildId, userId)
}

/** `findPerson` in each of these guilds. */
export async function findPersonIn(
  context: Context,
  guildIds: readonly string[],
  userId: string,
): Promise<Map<string, Membership>> {
  const fresh = await listFreshMemberships(userId, MAX_AGE_MS)
  const unknown = guildIds.filter((id) => !fresh.has(id))
  const own = unknown.length > GUILDS_AT_ONCE ? await findOwnGuildIds(context, userId) : null
  const asked = await Promise.all(
    unknown.map(
      async (id) => [id, own && !own.has(id) ? null : await askForPerson(context, id, userId)] as [string, Membership],
    ),
  )
  return new Map([...[...fresh].map(([id, row]) => [id, toPerson(row)] as const), ...asked])
}

/** The private threads with clips that a person is in. Where Discord cannot be asked, they are not. */
export async function findThreads(context: Context, guildId: string, userId: string): Promise<ReadonlySet<string>> {
  const threadIds = await listPrivateThreadsWithClips(guildId)
  const known = await findFreshThreadMemberships(userId, threadIds, MAX_AGE_MS)
  const unknown = threadIds.filter((id) => !known.has(id)).slice(0, THREADS_AT_ONCE)
  const asked = await Promise.all(
    unknown.map(async (threadId) => {
      const isIn = await threads.ask(guildId, `${threadId} ${userId}`, () =>
        askForThread(context, { guildId, threadId, userId }),
      )
      return isIn === true ? [threadId] : []
    }),
  )
  return new Set([...[...known].flatMap(([id, isMember]) => (isMember ? [id] : [])), ...asked.flat()])
}

async function askForPerson(context: Context, guildId: string, userId: string): Promise<Membership> {
  const answer = await people.ask(guildId, userId, async () => {
    try {
      const askedAt = await databaseTime()
      const member = await fetchMember(context.rest(), guildId, userId, AbortSignal.timeout(DISCORD_TIMEOUT_MS))
      await putMember(guildId, userId, member, { askedAt })
      // An event may have told of something newer meanwhile.
      const newest = await findFreshMember(guildId, userId, MAX_AGE_MS)
      return newest ? toPerson(newest) : member && { userId, ...member }
    } catch (error) {
      context.log.warn({ err: error, guildId }, 'membership could not be checked')
      return 'unknown'
    }
  })
  return answer === 'too-many' ? 'unknown' : answer
}

async function askForThread(
  context: Context,
  { guildId, threadId, userId }: { guildId: string; threadId: string; userId: string },
): Promise<boolean> {
  try {
    const askedAt = await databaseTime()
    const isMember = await isInThread(context.rest(), threadId, userId, AbortSignal.timeout(DISCORD_TIMEOUT_MS))
    await putThreadMember({ guildId, threadId, userId, isMember }, { askedAt })
    const newest = await findFreshThreadMemberships(userId, [threadId], MAX_AGE_MS)
    return newest.get(threadId) ?? isMember
  } catch (error) {
    context.log.warn({ err: error, guildId, threadId }, 'membership of a thread could not be checked')
    return false
  }
}

/** Null when their account does not say: then the bot is asked about every guild. */
async function findOwnGuildIds({ log }: Context, userId: string): Promise<ReadonlySet<string> | null> {
  try {
    return new Set((await listOwnGuilds(userId)).map(({ id }) => id))
  } catch (error) {
    log.info({ reason: describeError(error), userId }, 'the servers of a person are not known; each is asked about')
    return null
  }
}

function toPerson(row: { userId: string; isMember: boolean } & Omit<PersonFacts, 'userId'>): PersonFacts | null {
  const { userId, isMember, roleIds, isPending, timeoutUntil } = row
  return isMember ? { userId, roleIds, isPending, timeoutUntil } : null
}
