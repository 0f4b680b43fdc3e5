import type { Page } from './page.ts'

/** Pages that are read faster than they are kept pile up to this many; then reading waits. */
const PILE_MAX = 32

/**
 * Keeps pages in the order in which they were read while the next ones are being read: what has piled up meanwhile is kept together. After `keep` failed
 * or said no, nothing more is kept.
 */
export class Committer {
  readonly #keep: (pages: readonly Page[]) => Promise<boolean>
  #pile: Page[] = []
  #work: Promise<void> | null = null
  #failure: { error: unknown } | null = null
  #isRefused = false

  /** `keep` commits pages together, and resolves false when the run is no longer ours. */
  constructor(keep: (pages: readonly Page[]) => Promise<boolean>) {
    this.#keep = keep
  }

  /** Adds a page; resolves when the next may be read, false when there is no use in it. Throws what keeping an earlier page threw. */
  async add(page: Page): Promise<boolean> {
    this.#throwFailure()
    this.#pile.push(page)
    this.#work ??= this.#run()
    if (this.#pile.length >= PILE_MAX) await this.#work
    this.#throwFailure()
    return !this.#isRefused
  }

  /** Resolves when everything is kept; false when the run is no longer ours. */
  async end(): Promise<boolean> {
    await this.#work
    this.#throwFailure()
    return !this.#isRefused
  }

  async #run(): Promise<void> {
    try {
      while (this.#pile.length > 0 && !this.#isRefused) this.#isRefused = !(await this.#keep(this.#pile.splice(0)))
    } catch (error) {
      this.#failure = { error }
    } finally {
      this.#work = null
    }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }
}
