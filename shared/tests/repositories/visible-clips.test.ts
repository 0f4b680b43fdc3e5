import { beforeAll, describe, expect, it } from 'vitest'
import {
  countClipsByChannel,
  countGuildProblems,
  findVisibleClip,
  listGuildProblems,
  listVisibleClips,
  upsertChannels,
  upsertClips,
  upsertGuilds,
} from '../../src/db/index.ts'
import { grantAccess, Permission, type GuildAccess } from '../../src/domain/index.ts'
import { foundClip, plainCircumstances } from './clip-fixtures.ts'
import { newId, rows, useDatabase } from './fixtures.ts'

useDatabase()

const [guildId, otherGuildId, open, closed, elsewhere] = [newId(), newId(), newId(), newId(), newId()]
const [author, banned, gone, blockedElsewhere, stranger] = [newId(), newId(), newId(), newId(), newId()]
const READ = Permission.ViewChannel | Permission.ReadMessageHistory

type Person = { userId: string; manages?: boolean; isTimedOut?: boolean; channelIds?: string[]; guild?: string }

/** A grant as the rule gives it to a member who reads these channels. */
function grantOf({ userId, manages, isTimedOut, channelIds = [open], guild = guildId }: Person): GuildAccess {
  const bits = READ | (manages ? Permission.ManageGuild : 0n)
  const access = grantAccess(
    {
      guildId: guild,
      ownerId: null,
      roles: [{ roleId: guild, permissions: String(bits) }],
      isUnavailable: false,
    },
    {
      userId,
      roleIds: [],
      isPending: false,
      timeoutUntil: isTimedOut ? new Date(plainCircumstances.now.getTime() + 1_000) : null,
    },
    channelIds.map((channelId) => ({
      channelId,
      type: 'text',
      parentId: null,
      permissionOverwrites: [],
      isAgeRestricted: false,
    })),
    plainCircumstances,
  )
  if (!access) throw new Error('no grant')
  return access
}

const people: Record<string, readonly GuildAccess[]> = {
  nobody: [],
  'a member': [grantOf({ userId: stranger })],
  'a member who does not see the channel': [grantOf({ userId: stranger, channelIds: [closed] })],
  'the author': [grantOf({ userId: author })],
  'the author, who does not see the channel any more': [grantOf({ userId: author, channelIds: [] })],
  'somebody who opted out': [grantOf({ userId: gone })],
  'somebody who is blocked': [grantOf({ userId: banned })],
  'a manager': [grantOf({ userId: stranger, manages: true })],
  'a manager who does not see the channel': [grantOf({ userId: stranger, manages: true, channelIds: [closed] })],
  'a manager in a time-out': [grantOf({ userId: stranger, manages: true, isTimedOut: true })],
  'a member who manages another server': [
    grantOf({ userId: stranger }),
    grantOf({ userId: stranger, manages: true, guild: otherGuildId, channelIds: [elsewhere] }),
  ],
}

type Case = { visibility: 'public' | 'unlisted' | 'private'; authorId: string | null; isHidden: boolean }
const cases: Case[] = (['public', 'unlisted', 'private'] as const).flatMap((visibility) =>
  [author, banned, gone, blockedElsewhere, null].flatMap((authorId) =>
    [false, true].map((isHidden) => ({ visibility, authorId, isHidden })),
  ),
)
const clips = cases.map((one) => ({ ...one, id: newId() }))

/** What the sentences of the rule say: who reads the channel sees public clips; unlisted ones by link; authors and managers all. */
function expected(access: readonly GuildAccess[], clip: Case, mode: 'list' | 'link'): boolean {
  const grant = access.find((one) => one.guildId === guildId)
  if (!grant?.channelIds.includes(open) || clip.isHidden) return false
  if (clip.authorId === gone || clip.authorId === banned) return false
  if (grant.level === 'manage' || clip.authorId === grant.userId) return true
  return clip.visibility === 'public' || (clip.visibility === 'unlisted' && mode === 'link')
}

const idsOf = (access: readonly GuildAccess[], mode: 'list' | 'link') =>
  clips.flatMap((clip) => (expected(access, clip, mode) ? [clip.id] : [])).toSorted()

beforeAll(async () => {
  await upsertGuilds([guildId, otherGuildId].map((id) => ({ id, name: `guild ${id}` })))
  await upsertChannels([
    { id: open, guildId, name: 'open', type: 'text' },
    { id: closed, guildId, name: 'closed', type: 'text' },
    { id: elsewhere, guildId: otherGuildId, name: 'elsewhere', type: 'text' },
  ])
  await upsertClips(clips.map(({ id, authorId }) => foundClip(guildId, open, { id, authorId })))
  for (const { id, visibility, isHidden } of clips)
    await rows(
      `update clips set visibility = $2::clip_visibility, hidden_at = case when $3 then now() end,
        hidden_reason = case when $3 then 'removed'::clip_hidden_reason end where id = $1`,
      [id, visibility, isHidden],
    )
  await rows('insert into author_opt_outs (user_id) values ($1)', [gone])
  await rows('insert into author_blocks (guild_id, user_id, blocked_by) values ($1, $2, $5), ($3, $4, $5)', [
    guildId,
    banned,
    otherGuildId,
    blockedElsewhere,
    stranger,
  ])
  for (const { id } of clips)
    await rows(
      `insert into job_failures (job, key, guild_id, channel_id, payload, code, message, attempts)
        values ('fetch-clip', $1, $2, $3, jsonb_build_object('clipId', $1::text), 'gone', 'sentence', 1)`,
      [id, guildId, open],
    )
})

describe.each(Object.entries(people))('%s', (_name, access) => {
  it('finds in the list exactly the clips that may be listed', async () => {
    const { clips: found } = await listVisibleClips(access, { limit: 100 })
    expect(found.map(({ id }) => id).toSorted()).toEqual(idsOf(access, 'list'))
  })

  it('finds the same in the list page by page', async () => {
    const found: string[] = []
    let after = null
    do {
      const page: Awaited<ReturnType<typeof listVisibleClips>> = await listVisibleClips(access, { limit: 2, after })
      found.push(...page.clips.map(({ id }) => id))
      after = page.next
    } while (after)
    expect(found.toSorted()).toEqual(idsOf(access, 'list'))
  })

  it('is told a count of those clips and no others', async () => {
    const counts = await Promise.all(access.map((grant) => countClipsByChannel(grant)))
    const counted = counts.flat().reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(idsOf(access, 'list').length)
  })

  it('finds by its id exactly what may be shown by a link', async () => {
    const found = await Promise.all(clips.map(({ id }) => findVisibleClip(access, id)))
    expect(found.flatMap((clip) => (clip ? [clip.id] : [])).toSorted()).toEqual(idsOf(access, 'link'))
  })

  it('is told of problems with those clips and no others', async () => {
    for (const grant of access.filter((one) => one.guildId === guildId)) {
      const problems = await listGuildProblems(grant, { limit: 100 })
      expect(new Set(problems.map(({ clipId }) => clipId))).toEqual(new Set(idsOf([grant], 'list')))
      expect(await countGuildProblems(grant)).toBe(problems.length)
    }
  })
})

describe('a manager who does not want clips of age-restricted channels', () => {
  it('is told that one failed, and not which', async () => {
    const [access] = people['a manager'] ?? []
    if (!access) throw new Error('no grant')
    const listed = await listGuildProblems({ ...access, channelIds: [] }, { limit: 100 })
    expect(listed).toHaveLength(idsOf([access], 'list').length)
    expect(new Set(listed.map(({ clipId, clipName }) => `${clipId} ${clipName}`))).toEqual(new Set(['null null']))
  })
})

describe('the cases', () => {
  it('are not all alike: each kind of clip is seen by somebody and not by another, but for those that nobody may see', () => {
    for (const clip of clips) {
      const seen = Object.values(people).map((access) => expected(access, clip, 'list'))
      const isForNobody = clip.isHidden || clip.authorId === gone || clip.authorId === banned
      expect(new Set(seen)).toEqual(isForNobody ? new Set([false]) : new Set([true, false]))
    }
  })
})
