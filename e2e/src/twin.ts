import type { Product } from './product.ts'

/** What the twin knows for sure. */
export type Truth = {
  people: { id: string; global_name: string }[]
  channels: { id: string; guild_id: string; name: string; archived: boolean; readable_by_bot: boolean }[]
  clips: { id: string; channel_id: string; media: string; forwarded: boolean; reader_ids: string[] }[]
}

/** Address of the demo world that `npm start` announced. */
export function twinUrl(product: Product): string {
  const [, url] = /stand-in for Discord at (http:\S+);/.exec(product.output()) ?? []
  if (url === undefined) throw new Error(`No demo world in:\n${product.output()}`)
  return url
}

export async function readTruth(product: Product): Promise<Truth> {
  return (await (await fetch(`${twinUrl(product)}/_twin/world`)).json()) as Truth
}

/** Sends a request to the control API of the twin. */
export async function control(product: Product, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${twinUrl(product)}/_twin${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
  return response.status === 204 ? null : response.json()
}
