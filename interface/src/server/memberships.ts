import { describeError, SECOND } from '@dcs/shared/core'
import {
  databaseTime,
  findFreshMember,
  findFreshThreadMemberships,
  listKnownMemberships,
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
const threads = createQuestions<boolean | 'unknown'>()

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
  const likely = unknown.length > GUILDS_AT_ONCE ? await findLikelyGuilds(context, userId) : null
  const asked = await Promise.all(
    unknown.map(async (id): Promise<[string, Membership]> => {
      if (likely && !likely.ids.has(id)) return [id, likely.isSure ? null : 'unknown']
      return [id, await askForPerson(context, id, userId)]
    }),
  )
  return new Map([...[...fresh].map(([id, row]) => [id, toPerson(row)] as const), ...asked])
}

/** Of these threads of a guild those with clips that a person is in. Not complete where Discord could not be asked about all; those do not count as being in. */
export async function findThreads(
  context: Context,
  guildId: string,
  userId: string,
  among: ReadonlySet<string>,
): Promise<{ threadIds: ReadonlySet<string>; isComplete: boolean }> {
  if (among.size === 0) return { threadIds: among, isComplete: true }
  const threadIds = (await listPrivateThreadsWithClips(guildId)).filter((id) => among.has(id))
  const known = await findFreshThreadMemberships(userId, threadIds, MAX_AGE_MS)
  const unknown = threadIds.filter((id) => !known.has(id))
  const asked = await Promise.all(
    unknown.slice(0, THREADS_AT_ONCE).map(async (threadId) => {
      const answer = await threads.ask(guildId, `${threadId} ${userId}`, () =>
        askForThread(context, { guildId, threadId, userId }),
      )
      return [threadId, answer] as const
    }),
  )
  const isIn = [...known, ...asked].flatMap(([id, answer]) => (answer === true ? [id] : []))
  const isComplete =
    unknown.length <= THREADS_AT_ONCE && asked.every(([, answer]) => answer !== 'too-many' && answer !== 'unknown')
  return { threadIds: new Set(isIn), isComplete }
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
): Promise<boolean | 'unknown'> {
  try {
    const askedAt = await databaseTime()
    const isMember = await isInThread(context.rest(), threadId, userId, AbortSignal.timeout(DISCORD_TIMEOUT_MS))
    await putThreadMember({ guildId, threadId, userId, isMember }, { askedAt })
    const newest = await findFreshThreadMemberships(userId, [threadId], MAX_AGE_MS)
    return newest.get(threadId) ?? isMember
  } catch (error) {
    context.log.warn({ err: error, guildId, threadId }, 'membership of a thread could not be checked')
    return 'unknown'
  }
}

/** Where somebody may be: what their own account says; where that does not speak, where they were, and of the others nothing is known. */
async function findLikelyGuilds(
  { log }: Context,
  userId: string,
): Promise<{ ids: ReadonlySet<string>; isSure: boolean }> {
  try {
    return { ids: new Set((await listOwnGuilds(userId)).map(({ id }) => id)), isSure: true }
  } catch (error) {
    log.info(
      { reason: describeError(error), userId },
      'the servers of a person are not known; those they were in are asked about',
    )
    return { ids: await listKnownMemberships(userId), isSure: false }
  }
}

function toPerson(row: { userId: string; isMember: boolean } & Omit<PersonFacts, 'userId'>): PersonFacts | null {
  const { userId, isMember, roleIds, isPending, timeoutUntil } = row
  return isMember ? { userId, roleIds, isPending, timeoutUntil } : null
}
