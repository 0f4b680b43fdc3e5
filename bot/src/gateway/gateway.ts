import {
  Client,
  GatewayCloseCodes as CloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits as Intents,
} from '@discordjs/core'
import { RESTEvents, type REST } from '@discordjs/rest'
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import { SECOND, sleep } from '@dcs/shared/core'
import type { BotContext } from '../context.ts'
import { WITHOUT_MEMBERS } from './intents.ts'
import { explainClose, explainFailure, wrongToken } from './refusals.ts'
import { Sequences } from './sequences.ts'
import { ShardStates, type GatewayState } from './shard-states.ts'

export type { GatewayState }

const RETRY_DELAYS_MS = [2 * SECOND, 5 * SECOND, 15 * SECOND, 60 * SECOND]

export type Gateway = {
  client: Client
  state: GatewayState
  shards: ShardStates
  manager: WebSocketManager
  /** Rejects when Discord says no for good, at any time: wrong token, intent switched off. The sentence says what to do. */
  refused: Promise<never>
  /** Whether the sessions that were begun last asked for changes of members. */
  sessions: { withMembers: boolean }
  /** Whether Discord tells changes of members. */
  isToldOfMembers: () => boolean
  /** Resolves when Discord does not tell changes of members any more, and the sessions must be begun again without. */
  membersRefused: Promise<void>
  close: () => Promise<void>
}

/** A client of the gateway with as many shards as Discord recommends, not connected yet. Raw payloads, no caches. */
export function createGateway({ rest, log, identity }: BotContext, token: string, intents: number): Gateway {
  const manager = new WebSocketManager({ token, rest, intents })
  const sessions = { withMembers: false }
  const isToldOfMembers = () => (manager.options.intents & Intents.GuildMembers) !== 0
  const membersRefused = Promise.withResolvers<void>()
  // Which intent it is that Discord refuses, it does not say: the one that the bot can do without is left out first.
  const canDoWithout = () => {
    if (!sessions.withMembers) return false
    if (isToldOfMembers()) log.warn(`Discord refuses an intent of the bot. ${WITHOUT_MEMBERS}`)
    manager.options.intents &= ~Intents.GuildMembers
    membersRefused.resolve()
    return true
  }
  const client = new Client({ rest, gateway: manager })
  const shards = new ShardStates()
  manager.on(WebSocketShardEvents.HeartbeatComplete, ({ ackAt, latency }, shardId) =>
    shards.set(shardId, { lastAckAt: ackAt, latencyMs: latency }),
  )
  const up = (shardId: number) => shards.set(shardId, { isReady: true, problem: null, lastAckAt: Date.now() })
  client.on(GatewayDispatchEvents.Ready, ({ data, shardId }) => {
    identity.userId = data.user.id
    up(shardId)
  })
  client.on(GatewayDispatchEvents.Resumed, ({ shardId }) => up(shardId))
  manager.on(WebSocketShardEvents.Closed, (code, shardId) =>
    shards.set(shardId, { isReady: false, problem: `the connection was closed (${code})` }),
  )
  manager.on(WebSocketShardEvents.Error, (error) => log.warn({ err: error }, 'gateway error'))
  const refused = untilRefused(manager, rest, canDoWithout)
  // Whoever waits for it is told; nobody has to.
  refused.catch(() => {})
  const close = async () => manager.destroy({ reason: 'shutting down', code: 1000 })
  return {
    client,
    state: shards.state,
    shards,
    manager,
    refused,
    sessions,
    isToldOfMembers,
    membersRefused: membersRefused.promise,
    close,
  }
}

/** Connects every shard, and keeps trying while Discord cannot be reached. Throws when trying again cannot help: wrong token, intent switched off; and the signal's reason as soon as it is aborted. */
export async function connectGateway(gateway: Gateway, { log }: BotContext, signal: AbortSignal): Promise<void> {
  const { manager, shards, refused } = gateway
  const stopped = untilAborted(signal)
  for (let attempt = 0; ; attempt += 1) {
    try {
      shards.expect(await Promise.race([manager.getShardCount(), refused, stopped]))
      const withMembers = gateway.isToldOfMembers()
      gateway.sessions.withMembers = withMembers
      const isUp = await Promise.race([
        manager.connect().then(() => true),
        refused,
        stopped,
        ...(withMembers ? [gateway.membersRefused.then(() => false)] : []),
      ])
      if (isUp) return
      await manager.destroy({ reason: 'an intent was refused', code: 1000 })
    } catch (error) {
      const final = signal.aborted ? error : explainFailure(error)
      if (final) throw final
      const delayMs = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? SECOND
      shards.set(0, { problem: 'Discord cannot be reached' })
      log.warn({ err: error, delayMs }, 'Discord cannot be reached; trying again')
      await Promise.resolve(manager.destroy()).catch(() => {})
      await sleep(delayMs, signal)
    }
  }
}

/** Leaves the sessions and begins new ones, with which Discord sends every guild as it is now. Throws like `connectGateway`. */
export async function renewSessions(gateway: Gateway, context: BotContext, signal: AbortSignal): Promise<void> {
  await gateway.manager.destroy({ reason: 'events were missed', code: 1000 })
  await connectGateway(gateway, context, signal)
}

/** Rejects with the signal's reason when it is aborted; nobody has to wait for it. */
function untilAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal.aborted) reject(signal.reason)
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  promise.catch(() => {})
  return promise
}

/** Tells of each event before which others should have come, and before anybody handles it. */
export function onMissedEvents({ manager }: Gateway, tell: (shardId: number) => void): void {
  const sequences = new Sequences()
  manager.prependListener(WebSocketShardEvents.Dispatch, (payload, shardId) => {
    if (sequences.skips(shardId, payload)) tell(shardId)
  })
}

/** The client library only stops trying when a close code or an answer says no for good. `canDoWithout` says whether the bot goes on without an intent that is refused. */
function untilRefused(manager: WebSocketManager, rest: REST, canDoWithout: () => boolean): Promise<never> {
  return new Promise((_resolve, reject) => {
    manager.on(WebSocketShardEvents.Closed, (code) => {
      const refusal = explainClose(code)
      if (refusal && !(code === CloseCodes.DisallowedIntents && canDoWithout())) reject(refusal)
    })
    // Answers to interactions are sent without the token.
    rest.on(RESTEvents.Response, ({ data }, { status }) => {
      if (status === 401 && data.auth !== false) reject(wrongToken())
    })
  })
}
