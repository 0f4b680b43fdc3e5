import { performance } from 'node:perf_hooks'
import { createRandom } from '../chaos/random.ts'
import { createIds, makeGuild } from './cases.ts'
import { ourGrant, threadsOf, toChannelFacts, toFacts } from './ours.ts'

const GUILDS = 60
const AGAIN = 50

/** Milliseconds of each viewer of a guild with 500 channels: when its rows have just been read, and when the same rows are looked at again. */
export function measureCost(seed: number): { cold: number[]; warm: number[] } {
  const random = createRandom(seed)
  const newId = createIds(random)
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < GUILDS; round += 1) {
    const made = makeGuild(random, newId, { people: 10, channels: 500, roles: 50 })
    // What a text from the database is: nothing that was parsed before.
    const raw = { ...(JSON.parse(JSON.stringify(made)) as typeof made), people: made.people, isUnavailable: false }
    const ownerId = newId()
    const facts = { ...toFacts(raw), ownerId }
    const channels = raw.channels.map(toChannelFacts)
    const [person] = raw.people
    if (!person) continue
    const viewer = { ...person, isMember: true, isPending: false }
    const around = { threadIds: threadsOf(raw, viewer), ageRestricted: 'viewer-choice' as const }
    const look = () => void ourGrant(facts, channels, viewer, around)
    cold.push(time(look))
    warm.push(time(() => Array.from({ length: AGAIN }, look)) / AGAIN)
  }
  return { cold, warm }
}

function time(run: () => unknown): number {
  const begun = performance.now()
  run()
  return performance.now() - begun
}
