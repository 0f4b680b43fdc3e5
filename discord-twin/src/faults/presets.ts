import * as z from 'zod'
import type { FaultInput } from './kinds/index.ts'

/** Options of the preset. */
export const RoughDay = z.strictObject({
  seed: z.int().default(1).describe('The same seed strikes the same.'),
  intensity: z.number().min(0).max(1).default(0.5).describe('From nothing at 0 to a very bad day at 1.'),
})

/** How likely each is at full intensity; without a probability it strikes always. */
const MIX: readonly FaultInput[] = [
  { kind: 'server-error', status: 500, part: 'rest', probability: 0.05 },
  { kind: 'server-error', status: 502, probability: 0.05 },
  { kind: 'server-error', status: 503, body: 'json', part: 'rest', probability: 0.03 },
  { kind: 'rate-limited', scope: 'shared', retryAfter: 0.2, part: 'rest', probability: 0.05 },
  { kind: 'rate-limited', scope: 'user', retryAfter: 0.2, part: 'rest', probability: 0.05 },
  { kind: 'connection-reset', when: 'arrived', probability: 0.03 },
  { kind: 'connection-reset', when: 'body', route: 'GET /**', probability: 0.03 },
  { kind: 'cut-body', part: 'cdn', probability: 0.05 },
  { kind: 'malformed-json', route: 'GET /**', part: 'rest', probability: 0.02 },
  { kind: 'slow-headers', delayMs: 300, probability: 0.1 },
  { kind: 'slow-body', bytesPerSecond: 262_144, part: 'cdn', probability: 0.1 },
  { kind: 'duplicate-events', probability: 0.1 },
  { kind: 'out-of-order-events', holdBack: 2, atMostMs: 500, probability: 0.1 },
  { kind: 'dropped-socket', probability: 0.05 },
  { kind: 'reconnect-requested', on: 'event', probability: 0.02 },
  { kind: 'refused-resume', probability: 0.2 },
  // The last, so that nothing overtakes what it delays.
  { kind: 'slow-gateway', delayMs: 50 },
]

/** The faults of a rough day; the same for the same options. */
export function roughDay({ seed, intensity }: z.output<typeof RoughDay>): FaultInput[] {
  if (intensity === 0) return []
  return MIX.map((fault, index) => ({
    ...fault,
    ...('probability' in fault ? { probability: (fault.probability ?? 1) * intensity } : {}),
    seed: seed * MIX.length + index,
  }))
}
