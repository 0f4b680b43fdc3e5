import { performance } from 'node:perf_hooks'
import { placesOf } from '@dcs/shared/domain'
import { createRandom } from '../chaos/random.ts'
import { createIds, makeGuild } from './cases.ts'
import { ourGrant, threadsOf, toChannelFacts, toFacts } from './ours.ts'

const GUILDS = 60
const TRIES = 10
const AGAIN = 30

/** What a viewer of a guild with 500 channels costs, in milliseconds; of each guild the quickest try, because others use the machine, too. */
export type Cost = {
  /** The very first of a process. */
  first: number
  /** Rows that have just been read. */
  cold: number[]
  /** Another viewer of the same guild: its rows are arranged already. */
  warm: number[]
  /** Of a guild, on average. */
  overwrites: number
}

/** Measures random guilds. The same seed makes the same guilds. */
export function measureCost(seed: number): Cost {
  const random = createRandom(seed)
  const newId = createIds(random)
  const cost: Cost = { first: Number.NaN, cold: [], warm: [], overwrites: 0 }
  for (let round = 0; round < GUILDS; round += 1) {
    const raw = { ...makeGuild(random, newId, { people: 10, channels: 500, roles: 50 }), isUnavailable: false }
    const [person] = raw.people
    if (!person) throw new Error('A guild without people.')
    // Neither the owner nor somebody outside: for them there is little to work out.
    const text = JSON.stringify([{ ...toFacts(raw), ownerId: newId() }, raw.channels.map(toChannelFacts)])
    const viewer = { ...person, isMember: true, isPending: false }
    const around = { threadIds: threadsOf(raw, viewer), ageRestricted: 'viewer-choice' as const }
    const read = () => JSON.parse(text) as [ReturnType<typeof toFacts>, ReturnType<typeof toChannelFacts>[]]
    const tries = Array.from({ length: TRIES }, () => {
      const [guild, channels] = read()
      const cold = time(() => ourGrant(guild, channels, viewer, around))
      const places = placesOf(guild.guildId, channels)
      const look = () => void ourGrant(guild, places, viewer, around)
      return { cold, warm: time(() => Array.from({ length: AGAIN }, look)) / AGAIN }
    })
    if (round === 0) cost.first = tries[0]?.cold ?? Number.NaN
    cost.cold.push(Math.min(...tries.map(({ cold }) => cold)))
    cost.warm.push(Math.min(...tries.map(({ warm }) => warm)))
    cost.overwrites += raw.channels.reduce((sum, channel) => sum + channel.overwrites.length, 0) / GUILDS
  }
  return cost
}

function time(run: () => unknown): number {
  const begun = performance.now()
  run()
  return performance.now() - begun
}
