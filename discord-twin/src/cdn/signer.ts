import { createHmac, timingSafeEqual } from 'node:crypto'

const LONGEST_REISSUE = 300

/**
 * Signs attachment addresses as Discord does: `ex` and `is` are seconds in hex, `hm` covers the path and both
 * (https://docs.discord.com/developers/reference#signed-attachment-cdn-urls). The same address is given again for a few minutes.
 */
export class Signer {
  readonly #key: string
  readonly #now: () => number
  lifetimeSeconds: number

  constructor(key: string, lifetimeSeconds: number, now: () => number = Date.now) {
    this.#key = key
    this.#now = now
    this.lifetimeSeconds = lifetimeSeconds
  }

  /** The query of a fresh address; Discord ends it with `&`. */
  sign(path: string, now = this.#now()): string {
    // Five minutes of a day; addresses with short lives are issued by the second.
    const step = Math.min(LONGEST_REISSUE, Math.max(1, Math.floor(this.lifetimeSeconds / 288)))
    const issued = Math.floor(now / 1000 / step) * step
    const [ex, is] = [(issued + this.lifetimeSeconds).toString(16), issued.toString(16)]
    return `ex=${ex}&is=${is}&hm=${this.#hash(path, ex, is)}&`
  }

  /** Whether an address is signed by us, untampered and not expired. */
  verify(path: string, query: URLSearchParams, now = this.#now()): boolean {
    const [ex, is, hm] = [query.get('ex') ?? '', query.get('is') ?? '', query.get('hm') ?? '']
    if (!/^[0-9a-f]{1,12}$/.test(ex) || Number.parseInt(ex, 16) * 1000 <= now) return false
    const expected = Buffer.from(this.#hash(path, ex, is))
    const given = Buffer.from(hm)
    return expected.length === given.length && timingSafeEqual(expected, given)
  }

  #hash(path: string, ex: string, is: string): string {
    return createHmac('sha256', this.#key).update(`${path}\n${ex}\n${is}`).digest('hex')
  }
}
