import type { FaultInput } from '@dcs/discord-twin'
import { createRandom, type Random } from './random.ts'

/** What can be killed: a program, the database server, or one of its connections, which makes the server restart all of them. */
export type Target = 'bot' | 'worker-1' | 'worker-2' | 'worker-3' | 'database' | 'connection'

/** What people do in Discord. */
export type TrafficKind =
  | 'post-clip'
  | 'post-text'
  | 'post-in-components'
  | 'post-in-embed'
  | 'forward'
  | 'edit-text'
  | 'remove-attachment'
  | 'delete'
  | 'bulk-delete'
  | 'create-thread'
  | 'archive-thread'
  | 'lose-permission'
  | 'gain-permission'

/** What managers do with scans. */
export type ScanAction = 'complete' | 'quick' | 'recheck' | 'pause' | 'resume' | 'cancel'

/** One thing that happens. `seed` decides everything about it that the state of the world leaves open. */
export type Step =
  | { kind: 'kill'; target: Target; seed: number }
  | { kind: 'traffic'; what: TrafficKind; seed: number }
  | { kind: 'scan'; what: ScanAction; seed: number }
  /** Ends the fault before it. */
  | { kind: 'fault'; fault: FaultInput | 'rough-day' | null; seed: number }

/** How often each happens, compared to the others. */
const TRAFFIC: Record<TrafficKind, number> = {
  'post-clip': 30,
  'post-text': 10,
  'post-in-components': 5,
  'post-in-embed': 5,
  forward: 8,
  'edit-text': 8,
  'remove-attachment': 6,
  delete: 8,
  'bulk-delete': 3,
  'create-thread': 5,
  'archive-thread': 4,
  'lose-permission': 3,
  'gain-permission': 5,
}

const SCANS: Record<ScanAction, number> = { complete: 3, quick: 2, recheck: 2, pause: 2, resume: 3, cancel: 1 }

const TARGETS: Record<Target, number> = {
  bot: 5,
  'worker-1': 4,
  'worker-2': 4,
  'worker-3': 4,
  database: 2,
  connection: 2,
}

const PAGES = 'GET /channels/{channel_id}/messages'

/** Every kind of fault of the twin, each as bad as a product may be expected to come through. `guild` is filled in when it is switched on. */
export const FAULTS: readonly (FaultInput | 'rough-day')[] = [
  'rough-day',
  { kind: 'server-error', status: 502, probability: 0.3 },
  { kind: 'rate-limited', scope: 'user', retryAfter: 0.5, part: 'rest', probability: 0.3 },
  { kind: 'rate-limited', scope: 'shared', retryAfter: 0.5, part: 'rest', probability: 0.3 },
  { kind: 'rate-limited', scope: 'global', retryAfter: 1, part: 'rest', times: 3 },
  { kind: 'cloudflare-ban', retryAfter: 2, part: 'rest', times: 3 },
  { kind: 'connection-reset', when: 'arrived', probability: 0.3 },
  { kind: 'connection-reset', when: 'body', route: 'GET /**', probability: 0.3 },
  { kind: 'slow-headers', delayMs: 500, probability: 0.5 },
  { kind: 'slow-body', bytesPerSecond: 65_536, part: 'cdn', probability: 0.5 },
  { kind: 'cut-body', part: 'cdn', probability: 0.5 },
  { kind: 'wrong-content-length', part: 'cdn', probability: 0.5 },
  { kind: 'wrong-content-length', part: 'cdn', difference: -10, probability: 0.5 },
  { kind: 'malformed-json', route: 'GET /**', part: 'rest', probability: 0.3 },
  { kind: 'hold', route: PAGES, times: 2 },
  { kind: 'token-revoked', until: 3_000 },
  { kind: 'expired-link', probability: 0.5 },
  { kind: 'unknown-link', probability: 0.5 },
  { kind: 'deleted-attachment-still-listed', times: 2 },
  { kind: 'messages-deleted-while-paged', count: 2, times: 3 },
  { kind: 'permission-change-while-paged', permission: 'ViewChannel', times: 2 },
  { kind: 'permission-change-while-paged', permission: 'ReadMessageHistory', times: 2 },
  { kind: 'missing-read-history', probability: 0.3 },
  { kind: 'search-index-late', retryAfter: 1, times: 4 },
  { kind: 'clock-skew', skewMs: 1_500 },
  { kind: 'clock-skew', skewMs: -1_500 },
  { kind: 'guild-outage', guild: '' },
  { kind: 'duplicate-events', probability: 0.5 },
  { kind: 'out-of-order-events', holdBack: 2, atMostMs: 500, probability: 0.3 },
  { kind: 'lost-events', times: 2 },
  { kind: 'slow-gateway', delayMs: 300 },
  { kind: 'dropped-socket', probability: 0.3 },
  { kind: 'dropped-socket', resumable: false, times: 2 },
  { kind: 'reconnect-requested', on: 'event', probability: 0.2 },
  { kind: 'refused-resume', probability: 0.5 },
  { kind: 'no-heartbeat-ack', until: 3_000 },
]

/** How many things people do between two kills. */
const TRAFFIC_PER_KILL = 4

/** The same plan for the same seed and number of kills. Faults come one after another, from the first again when all had their turn. */
export function makePlan({ seed, kills }: { seed: number; kills: number }): Step[] {
  const random = createRandom(seed)
  const step = () => random.below(2 ** 31)
  const steps: Step[] = []
  const perFault = Math.max(1, Math.floor(kills / FAULTS.length))
  const firstFault = random.below(FAULTS.length)
  for (let kill = 0; kill < kills; kill += 1) {
    if (kill % perFault === 0) {
      const fault = FAULTS[(firstFault + kill / perFault) % FAULTS.length] ?? null
      steps.push({ kind: 'fault', fault, seed: step() })
    }
    for (let count = 0; count < TRAFFIC_PER_KILL; count += 1)
      steps.push({ kind: 'traffic', what: weighted(random, TRAFFIC), seed: step() })
    if (random.next() < 0.4) steps.push({ kind: 'scan', what: weighted(random, SCANS), seed: step() })
    steps.push({ kind: 'kill', target: weighted(random, TARGETS), seed: step() })
  }
  return [...steps, { kind: 'fault', fault: null, seed: step() }]
}

function weighted<Name extends string>(random: Random, weights: Record<Name, number>): Name {
  const entries = Object.entries(weights) as [Name, number][]
  let rest = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [name, weight] of entries) {
    rest -= weight
    if (rest < 0) return name
  }
  throw new RangeError('Weights must be above 0.')
}
