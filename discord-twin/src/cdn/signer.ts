import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signs attachment addresses as Discord does: `ex` and `is` are seconds in hex, `hm` covers the path and both. */
export class Signer {
  readonly #key: string
  lifetimeSeconds: number

  constructor(key: string, lifetimeSeconds: number) {
    this.#key = key
    this.lifetimeSeconds = lifetimeSeconds
  }

  /** The query of a fresh address; Discord ends it with `&`. */
  sign(path: string, now = Date.now()): string {
    const issued = Math.floor(now / 1000)
    const [ex, is] = [(issued + this.lifetimeSeconds).toString(16), issued.toString(16)]
    return `ex=${ex}&is=${is}&hm=${this.#hash(path, ex, is)}&`
  }

  /** Whether an address is signed by us, untampered and not expired. */
  verify(path: string, query: URLSearchParams, now = Date.now()): boolean {
    const [ex, is, hm] = [query.get('ex') ?? '', query.get('is') ?? '', query.get('hm') ?? '']
    if (!/^[0-9a-f]{1,12}$/.test(ex) || Number.parseInt(ex, 16) * 1000 < now) return false
    const expected = Buffer.from(this.#hash(path, ex, is))
    const given = Buffer.from(hm)
    return expected.length === given.length && timingSafeEqual(expected, given)
  }

  #hash(path: string, ex: string, is: string): string {
    return createHmac('sha256', this.#key).update(`${path}\n${ex}\n${is}`).digest('hex')
  }
}
