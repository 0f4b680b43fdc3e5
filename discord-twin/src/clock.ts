/** The twin's time. `speed` makes waiting times pass faster, `skewMs` makes the twin's clock differ from the client's. */
export class Clock {
  speed = 1
  skewMs = 0

  /** Milliseconds since 1970, as the twin believes. */
  now(): number {
    return Date.now() + this.skewMs
  }

  /** Milliseconds for measuring limits; run `speed` times as fast as real ones. */
  elapsed(): number {
    return performance.now() * this.speed
  }
}
