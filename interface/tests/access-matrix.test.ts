import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiRoutesInCode, metadataRoutesInCode, pagesInCode, type CodeRoute } from './access-matrix/code-routes.ts'
import { API, NO_TARGET, PAGES, type Ask, type Entry, type Target } from './access-matrix/entries.ts'
import { comparable, leaksIn, read, sayings, type Answer } from './access-matrix/leaks.ts'
import {
  ACTORS,
  addSecretClip,
  addSecretProblem,
  GUILD,
  MARK,
  OTHER_GUILD,
  SECRET,
  startWorld,
  UNSEEING,
  type Actor,
  type World,
} from './access-matrix/world.ts'

const allRoutes = apiRoutesInCode()
const allPages = pagesInCode()
const routes = allRoutes.filter(({ id }) => id in API)
const pages = allPages.filter((page) => page in PAGES)
const SECRETS = new RegExp(`${MARK}|${SECRET}`)
const isChange = ({ method }: CodeRoute) => method !== 'GET' && method !== 'HEAD'
const entryOf = ({ id }: CodeRoute): Entry => {
  const entry = API[id]
  if (!entry) throw new Error(`${id} has no entry in the matrix: say in entries.ts what it answers to whom`)
  return entry
}

it('has an entry for every route and page in the code, and for nothing else', () => {
  expect(Object.keys(API).toSorted()).toEqual(allRoutes.map(({ id }) => id).toSorted())
  expect(Object.keys(PAGES).toSorted()).toEqual(allPages.toSorted())
  expect(metadataRoutesInCode()).toEqual([])
})

describe('the matrix', { timeout: 120_000 }, () => {
  let world: World
  let before: Map<string, Answer>
  let saidBefore: Map<string, Set<string>>[]
  const clips: string[] = []
  const target: Target = { clip: '1437000000000000001', channel: SECRET }
  let asked = 0

  const ask = (actor: Actor, method: string, { path, json, headers }: Ask) => {
    // Each request comes from an address of its own: the limits for addresses are not what is looked at here.
    const address = `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked++ & 255}`
    return read(world.url + path, {
      method,
      headers: {
        ...world.headersOf(actor),
        'x-forwarded-for': address,
        ...(method === 'GET' || method === 'HEAD' ? {} : { origin: world.url }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
  }

  /** Everything of the API that can be read, by those who may not see the secret. */
  const readApi = async () => {
    const answers = new Map<string, Answer>()
    for (const actor of UNSEEING)
      for (const route of routes.filter((it) => !isChange(it)))
        for (const [index, one] of entryOf(route).asks(target).entries())
          answers.set(`${actor} ${route.id} ${index}`, comparable(await ask(actor, route.method, one)))
    return answers
  }

  /** What all pages say to them. */
  const readPages = async () => {
    const said = new Map<string, Set<string>>()
    for (const actor of UNSEEING)
      for (const page of pages)
        for (const headers of [{}, { rsc: '1' }] as Record<string, string>[])
          said.set(
            `${actor} ${page} ${JSON.stringify(headers)}`,
            sayings(await ask(actor, 'GET', { path: PAGES[page]!.path(target), headers })),
          )
    return said
  }

  beforeAll(async () => {
    world = await startWorld()
    const beforeKick = await ask('kicked', 'GET', { path: '/api/guilds' })
    if (!beforeKick.body.includes(GUILD))
      throw new Error(`the one to be kicked is not in the guild: ${beforeKick.body}`)
    await world.kick()
    // Whoever was seen once is known: what later answers say of members does not depend on who asked first.
    for (const actor of ACTORS) await ask(actor, 'GET', { path: '/api/guilds' })
    before = await readApi()
    saidBefore = [await readPages(), await readPages()]
    await world.revealSecrets()
    for (let index = 0; index < 7; index++) clips.push(await addSecretClip(index === 0 ? target.clip : undefined))
    await addSecretProblem()
  }, 600_000)

  afterAll(() => world?.stop())

  it('answers those who may not see the secret channel the same, whether it has clips or does not exist', async () => {
    const after = await readApi()
    for (const [key, answer] of before) expect([key, after.get(key)]).toEqual([key, answer])
  })

  it('says nothing more to them on any page', async () => {
    const after = await readPages()
    for (const [key, said] of after) {
      const more = [...said].filter((text) => !saidBefore.some((it) => it.get(key)?.has(text)))
      expect([key, ...more]).toEqual([key])
    }
  })

  describe.each(routes)('$id', (route) => {
    it.each(ACTORS)(
      'answers %s as the matrix says, and shows the secret only to those who may see it',
      async (actor) => {
        const entry = entryOf(route)
        const isUnseeing = UNSEEING.some((it) => it === actor)
        const expected = entry.expect[actor]
        const place = entry.takesClip && expected < 300 ? { ...target, clip: await addSecretClip() } : target
        if (entry.before) await ask('owner', entry.before.method, entry.before)
        const sum = isChange(route) && expected >= 400 ? await world.fingerprint() : null
        for (const one of entry.asks(place)) {
          const answer = await ask(actor, route.method, one)
          const label = `${actor} ${one.path} ${JSON.stringify(one.headers ?? {})} ${answer.body.slice(0, 300)}`
          expect([label, answer.status]).toEqual([label, expected === 200 ? (one.ok ?? 200) : expected])
          if (isUnseeing)
            expect([label, ...leaksIn(answer, one.path + JSON.stringify(one.json ?? ''), actor, clips)]).toEqual([
              label,
            ])
          else if (entry.shows && expected < 300) expect(`${label}\n${answer.body}`).toMatch(SECRETS)
        }
        if (sum !== null) expect(await world.fingerprint()).toBe(sum)
        if (entry.after) await ask('owner', entry.after.method, entry.after)
      },
    )

    it.runIf(route.method === 'GET' && route.handler !== 'auth')('answers HEAD like GET, without a body', async () => {
      for (const actor of ['anonymous', 'stranger', 'outsider', 'owner'] as const)
        for (const one of entryOf(route).asks(target)) {
          if (one.path === '/api/events') continue
          const [get, head] = [await ask(actor, 'GET', one), await ask(actor, 'HEAD', one)]
          expect([actor, one.path, head.status, head.body]).toEqual([actor, one.path, get.status, ''])
        }
    })

    it('answers those who may not see as if there were nothing', async () => {
      const replaced = { [target.clip]: 'target', [NO_TARGET.clip]: 'target', [target.channel]: 'target' }
      for (const actor of UNSEEING) {
        const about = entryOf(route).asks(NO_TARGET)
        for (const [index, one] of entryOf(route).asks(target).entries()) {
          const secret = comparable(await ask(actor, route.method, one), replaced)
          const nothing = comparable(await ask(actor, route.method, about[index]!), replaced)
          if (entryOf(route).expect[actor] >= 400) expect([actor, one.path, secret]).toEqual([actor, one.path, nothing])
        }
      }
    })
  })

  describe.each(pages)('%s', (page) => {
    it.each(ACTORS)('shows %s no more than they may see, as a page and as data for one', async (actor) => {
      const { path, shownTo } = PAGES[page]!
      for (const headers of [{}, { rsc: '1' }] as Record<string, string>[]) {
        const asking = { path: path(target), headers }
        const answer = await ask(actor, 'GET', asking)
        expect(answer.status).toBeLessThan(500)
        if (shownTo.includes(actor)) expect(answer.body).toMatch(SECRETS)
        if (UNSEEING.some((it) => it === actor)) expect(leaksIn(answer, asking.path, actor, clips)).toEqual([])
      }
    })
  })

  it('tells of events only those who see the channel, and never more than the id of the guild', async () => {
    const member = await world.listen('outsider')
    const seer = await world.listen('member')
    const stranger = await world.listen('stranger')
    const kicked = await world.listen('kicked')
    await world.notify('dcs_clips', `${GUILD} ${SECRET}`)
    await world.notify('dcs_scan', `${GUILD} ${SECRET}`)
    await world.notify('dcs_scan', GUILD)
    await seer.heard(`"${GUILD}"`)
    expect(member.text()).not.toContain(GUILD)
    await world.notify('dcs_clips', GUILD)
    await member.heard(`"${GUILD}"`)
    await world.notify('dcs_clips', OTHER_GUILD)
    await stranger.heard(`"${OTHER_GUILD}"`)
    expect(stranger.text()).not.toContain(GUILD)
    expect(kicked.text()).not.toContain(GUILD)
    expect(member.text()).not.toContain('event: scan')
    expect([member.text(), seer.text()].join()).not.toMatch(SECRETS)
    await Promise.all([member, seer, stranger, kicked].map((stream) => stream.close()))
  })
})
