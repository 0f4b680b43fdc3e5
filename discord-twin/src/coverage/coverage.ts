import { documentedPath, documentedRoutes } from './document.ts'

/** Routes as `GET /channels/{channel_id}`: in Discord's document and served, there and not served, and served without being there. */
export type Coverage = { served: string[]; notServed: string[]; extra: string[] }

/** Compares the routes of a server with Discord's document. */
export function compareRoutes(routes: readonly string[]): Coverage {
  const documented = Object.entries(documentedRoutes).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  )
  const own = new Set(routes)
  // One route answers for both: a first answer is a message like others.
  const isServed = (route: string) => own.has(route) || own.has(route.replace('/@original', '/{message_id}'))
  const known = new Set(documented)
  return {
    served: documented.filter(isServed),
    notServed: documented.filter((route) => !isServed(route)),
    extra: [...own].filter((route) => !known.has(route)).toSorted((a, b) => a.localeCompare(b)),
  }
}

/** Notes every route of the REST API that a server registers, each once for all versions, without HEAD. */
export function collectRoutes(): {
  routes: () => readonly string[]
  onRoute: (route: { method: string | string[]; url: string }) => void
} {
  const found = new Set<string>()
  return {
    routes: () => [...found],
    onRoute: ({ method, url }) => {
      if (!/^\/api(\/|$)/.test(url)) return
      for (const name of [method].flat())
        if (!['HEAD', 'OPTIONS'].includes(name)) found.add(`${name} ${documentedPath(url)}`)
    },
  }
}
