import { placesOf } from '@dcs/shared/domain'
import { createRandom, type Random } from '../chaos/random.ts'
import { createIds, makeGuild } from './cases.ts'
import { createReference, verdictOf, type Verdict } from './discordjs.ts'
import { ourGrant, threadsOf, toChannelFacts, toFacts } from './ours.ts'

/** What came of a comparison: in how many cases something is seen, in how many not the same, and the first of those in words. */
export type Comparison = { cases: number; seen: number; differences: number; examples: string[] }

/** Compares at least so many (guild, member, channel) cases with `discord.js`. The same seed makes the same guilds. */
export function compareWithDiscordJs(cases: number, seed: number): Comparison {
  const random = createRandom(seed)
  const newId = createIds(random)
  const reference = createReference()
  const result: Comparison = { cases: 0, seen: 0, differences: 0, examples: [] }
  while (result.cases < cases) compareGuild(random, newId, reference, result)
  return result
}

function compareGuild(
  random: Random,
  newId: () => string,
  reference: ReturnType<typeof createReference>,
  result: Comparison,
): void {
  const size = { people: 5 + random.below(10), channels: 5 + random.below(30), roles: random.below(10) }
  const raw = makeGuild(random, newId, size)
  const ageRestricted = random.next() < 0.3 ? 'hide' : 'viewer-choice'
  const loaded = reference.load(raw)
  const facts = toFacts(raw)
  const places = placesOf(raw.id, raw.channels.map(toChannelFacts))
  for (const person of raw.people) {
    const theirs = verdictOf(loaded, person, ageRestricted)
    const grant = ourGrant(facts, places, person, { threadIds: threadsOf(raw, person), ageRestricted })
    const ours = grant && {
      manages: grant.level === 'manage',
      shown: new Set(grant.shownChannelIds),
      clips: new Set(grant.channelIds),
    }
    for (const channel of raw.channels) {
      const expected = inWords(theirs, channel.id)
      const got = inWords(ours, channel.id)
      result.cases += 1
      if (theirs?.shown.has(channel.id)) result.seen += 1
      if (expected === got) continue
      result.differences += 1
      if (result.examples.length < 5)
        result.examples.push(
          `discord.js: ${expected}; ours: ${got}; ${JSON.stringify({ person, channel, roles: raw.roles })}`,
        )
    }
  }
}

function inWords(verdict: Verdict | null, channelId: string): string {
  if (!verdict) return 'not let in'
  const sees = verdict.clips.has(channelId) ? 'clips' : verdict.shown.has(channelId) ? 'channel' : 'nothing'
  return verdict.manages ? `${sees}, manages` : sees
}
