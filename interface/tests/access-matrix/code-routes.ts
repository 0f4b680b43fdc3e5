import fs from 'node:fs'
import path from 'node:path'

const app = path.resolve(import.meta.dirname, '../../src/app')

/** A route as it stands in the code: `GET /api/clips/[id]`, and the handler it leads to. */
export type CodeRoute = { id: string; method: string; path: string; handler: string }

const EXPORT = /^export const ([A-Z]+) = routeTo\('([A-Za-z]+)'\)$/gm

/** Every route of the API, read from the `route.ts` files. Throws for a file that exports something this list would miss. */
export function apiRoutesInCode(): CodeRoute[] {
  return filesNamed('route.ts').flatMap((file) => {
    const text = fs.readFileSync(file, 'utf8')
    const found = [...text.matchAll(EXPORT)]
    const exported = text.match(/^export\b/gm)?.length ?? 0
    if (found.length === 0 || exported !== found.length)
      throw new Error(`${file} exports a route that does not read "export const METHOD = routeTo('name')"`)
    return found.map(([, method = '', handler = '']) => {
      const place = pathOf(file)
      return { id: `${method} ${place}`, method, path: place, handler }
    })
  })
}

/** The path of every page that Next finds, as `/clips/[id]`. */
export function pagesInCode(): string[] {
  return filesNamed('page.tsx').map(pathOf)
}

/** Files by which Next answers that are neither pages nor routes: pictures and feeds made from code. */
export function metadataRoutesInCode(): string[] {
  return fs
    .readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((file) =>
      /(^|\/)(sitemap|robots|manifest|opengraph-image|twitter-image|apple-icon|icon)\.(ts|tsx|js)$/.test(file),
    )
    .toSorted()
}

function filesNamed(name: string): string[] {
  return fs
    .readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === name)
    .map((file) => path.join(app, file))
    .toSorted()
}

/** A folder in parentheses only groups. */
function pathOf(file: string): string {
  const parts = path.relative(app, path.dirname(file)).split(path.sep)
  return `/${parts.filter((part) => part !== '' && !/^\(.*\)$/.test(part)).join('/')}`
}
