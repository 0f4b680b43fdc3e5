import { setTimeout as wait } from 'node:timers/promises'
import { Readable } from 'node:stream'

/** How slow the way to the CDN is; null is as fast as it goes. */
export type LinkOptions = { latencyMs?: number; bytesPerSecond?: number | null }

const SHORTEST_WAIT_MS = 4
const LARGEST_STEP = 64 * 1024

/** The way from the CDN to its readers: every answer waits for the latency, and all downloads share the bandwidth. */
export class Link {
  latencyMs: number
  bytesPerSecond: number | null
  #freeAt = 0

  constructor({ latencyMs = 0, bytesPerSecond = null }: LinkOptions = {}) {
    this.latencyMs = latencyMs
    this.bytesPerSecond = bytesPerSecond
  }

  async delay(): Promise<void> {
    if (this.latencyMs > 0) await wait(this.latencyMs)
  }

  /** The same bytes, no faster than the bandwidth allows. A change of it acts at once. */
  carry(source: Readable): Readable {
    if (this.bytesPerSecond === null) return source
    const carried = Readable.from(this.#pieces(source), { objectMode: false })
    carried.once('close', () => source.destroy())
    return carried
  }

  async *#pieces(source: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      const bytes = chunk as Buffer
      for (let at = 0; at < bytes.length;) {
        const rate = this.bytesPerSecond
        const step = rate === null ? LARGEST_STEP : Math.min(LARGEST_STEP, Math.max(1, Math.floor(rate / 20)))
        const piece = bytes.subarray(at, at + step)
        if (rate !== null) await this.#room(piece.length, rate)
        yield piece
        at += piece.length
      }
    }
  }

  async #room(bytes: number, rate: number): Promise<void> {
    this.#freeAt = Math.max(this.#freeAt, performance.now()) + (bytes / rate) * 1_000
    const left = this.#freeAt - performance.now()
    if (left >= SHORTEST_WAIT_MS) await wait(left)
  }
}
