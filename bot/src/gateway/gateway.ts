import { Client, GatewayCloseCodes, GatewayDispatchEvents, GatewayIntentBits } from '@discordjs/core'
import { DiscordAPIError } from '@discordjs/rest'
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import { AppError, RetryLater, SECOND, sleep } from '@dcs/shared/core'
import type { BotContext } from '../context.ts'

const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent
const RETRY_DELAYS_MS = [2 * SECOND, 5 * SECOND, 15 * SECOND, 60 * SECOND]

/** What is known of the connection: whether it is ready, and when Discord last answered a heartbeat. */
export type GatewayState = {
  isReady: boolean
  lastAckAt: number | null
  latencyMs: number | null
  problem: string | null
}

export type Gateway = {
  client: Client
  state: GatewayState
  manager: WebSocketManager
  close: () => Promise<void>
}

/** A client of the gateway, not connected yet. Raw payloads, no caches. */
export function createGateway({ rest, log, identity }: BotContext, token: string): Gateway {
  const manager = new WebSocketManager({ token, rest, intents: INTENTS })
  const client = new Client({ rest, gateway: manager })
  const state: GatewayState = { isReady: false, lastAckAt: null, latencyMs: null, problem: null }
  manager.on(WebSocketShardEvents.HeartbeatComplete, ({ ackAt, latency }) => {
    state.lastAckAt = ackAt
    state.latencyMs = latency
  })
  const up = () => {
    Object.assign(state, { isReady: true, problem: null, lastAckAt: Date.now() })
  }
  client.on(GatewayDispatchEvents.Ready, ({ data }) => {
    identity.userId = data.user.id
    up()
  })
  client.on(GatewayDispatchEvents.Resumed, up)
  manager.on(WebSocketShardEvents.Closed, (code) => {
    state.isReady = false
    state.problem = `the connection was closed (${code})`
  })
  manager.on(WebSocketShardEvents.Error, (error) => log.warn({ err: error }, 'gateway error'))
  return { client, state, manager, close: async () => manager.destroy({ reason: 'shutting down', code: 1000 }) }
}

/** Connects, and keeps trying while Discord cannot be reached. Throws when trying again cannot help: wrong token, intent switched off. */
export async function connectGateway(
  { manager, state }: Gateway,
  { log }: BotContext,
  signal: AbortSignal,
): Promise<void> {
  const refused = refusal(manager)
  for (let attempt = 0; ; attempt += 1) {
    try {
      await Promise.race([manager.connect(), refused])
      return
    } catch (error) {
      const final = explain(error)
      if (final) throw final
      const delayMs = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? SECOND
      state.problem = 'Discord cannot be reached'
      log.warn({ err: error, delayMs }, 'Discord cannot be reached; trying again')
      await Promise.resolve(manager.destroy()).catch(() => {})
      await sleep(delayMs, signal)
    }
  }
}

/** What cannot be mended by trying again, in words. */
function explain(error: unknown): AppError | null {
  if (error instanceof RetryLater) return null
  if (error instanceof AppError) return error
  return error instanceof DiscordAPIError && error.status === 401 ? wrongToken(error) : null
}

/** Rejects when the gateway closes with a code that says no for good: the client library only stops trying then. */
function refusal(manager: WebSocketManager): Promise<never> {
  return new Promise((_resolve, reject) => {
    manager.on(WebSocketShardEvents.Closed, (code) => {
      if (code === GatewayCloseCodes.AuthenticationFailed) reject(wrongToken(undefined))
      if (code === GatewayCloseCodes.DisallowedIntents) reject(missingIntent())
    })
  })
}

function missingIntent(): AppError {
  return new AppError(
    'forbidden',
    'Discord does not let the bot read messages: switch on "Message Content Intent" on the page Bot of your application (https://discord.com/developers/applications), then start again.',
  )
}

function wrongToken(cause: unknown): AppError {
  return new AppError(
    'unauthenticated',
    'Discord does not accept BOT_TOKEN. Copy the token from the page Bot of your application (https://discord.com/developers/applications; "Reset Token" makes a new one), then start again.',
    { cause },
  )
}
