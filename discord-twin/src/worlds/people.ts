import { mix, pick } from '../world/generated/hash.ts'
import type { World } from '../world/world.ts'

const FIRST = [
  'Ada',
  'Bruno',
  'Cleo',
  'Dario',
  'Edda',
  'Finn',
  'Greta',
  'Hugo',
  'Ines',
  'Jaro',
  'Kaja',
  'Leon',
  'Mina',
  'Nora',
  'Otis',
  'Pia',
  'Quin',
  'Runa',
  'Sven',
  'Tilda',
  'Ugo',
  'Vera',
  'Wim',
  'Xenia',
  'Yuri',
  'Zoe',
] as const
const SECOND = [
  'fox',
  'owl',
  'storm',
  'pixel',
  'comet',
  'moss',
  'rook',
  'echo',
  'nova',
  'drift',
  'ember',
  'quartz',
] as const

/** Adds accounts with ids of the lengths that exist. Returns their ids. */
export function addPeople(
  world: World,
  { seed, people, from }: { seed: number; people: number; from: Date },
): string[] {
  const begin = new Date('2016-01-01T00:00:00Z').getTime()
  const span = from.getTime() - 40 * 86_400_000 - begin
  return Array.from({ length: people }, (_, index) => {
    const first = pick(FIRST, index)
    const second = pick(SECOND, mix(seed, index, 32))
    const id = world.nextId(new Date(begin + Math.floor((mix(seed, index, 31) / 2 ** 32) * Math.max(1, span))))
    const globalName = index % 9 === 0 ? null : first
    const avatar = index % 5 === 0 ? null : `avatar-${1 + (index % 12)}`
    return world.addPerson({ id, username: `${first.toLowerCase()}.${second}${index}`, globalName, avatar }).id
  })
}
