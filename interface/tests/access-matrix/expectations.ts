import { ACTORS, type Actor } from './world.ts'

/** The status each of them gets. */
export type Expectation = Readonly<Record<Actor, number>>

/** The same for all, except for those named. */
export function all(status: number, except: Partial<Expectation> = {}): Expectation {
  return { ...(Object.fromEntries(ACTORS.map((actor) => [actor, status])) as Record<Actor, number>), ...except }
}

/** A route for anybody who is signed in; a token without scopes opens none. */
export function signedIn(status = 200, except: Partial<Expectation> = {}): Expectation {
  return all(status, { anonymous: 401, token: 403, ...except })
}

/** Something of the guild that its members may see. */
export function members(status = 200, except: Partial<Expectation> = {}): Expectation {
  return signedIn(status, { stranger: 404, kicked: 404, ...except })
}

/** Something of the secret channel. To others it is not there. */
export function readers(status = 200, except: Partial<Expectation> = {}): Expectation {
  return members(status, { outsider: 404, blindManager: 404, ...except })
}

/** Something of the guild for those who manage it. Members know that it exists. */
export function managers(status = 200, except: Partial<Expectation> = {}): Expectation {
  return members(status, { outsider: 403, member: 403, author: 403, tagger: 403, ...except })
}

/** Something of the secret channel for managers who see it. */
export function readingManagers(status = 200, except: Partial<Expectation> = {}): Expectation {
  return readers(status, { member: 403, author: 403, tagger: 403, ...except })
}
