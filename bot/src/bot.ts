import { GatewayDispatchEvents } from '@discordjs/core'
import { requireToken, type Config } from '@dcs/shared/config'
import type { Logger } from '@dcs/shared/core'
import { closeDb, initDb, startHeartbeat } from '@dcs/shared/db'
import { createDiscordRest, openRateBudget } from '@dcs/shared/discord'
import { openQueue } from '@dcs/shared/jobs'
import { loadSettingsFile } from '@dcs/shared/settings/file'
import { startApi } from './api/server.ts'
import type { BotContext } from './context.ts'
import { registerEvents } from './events/index.ts'
import { Lanes } from './events/lanes.ts'
import { connectGateway, createGateway, onMissedEvents, renewSessions } from './gateway/gateway.ts'
import { chooseIntents } from './gateway/intents.ts'
import { createRenewal } from './gateway/renewal.ts'
import { startInteractions } from './interactions.ts'
import { startSchedule } from './schedule.ts'
import { GuildSync } from './services/guild-sync.ts'
import { checkHealth } from './services/health.ts'
import { LiveCapture } from './services/live-capture.ts'
import { LiveChanges } from './services/live-changes.ts'
import { startMemberNews } from './services/member-news.ts'

export type Bot = {
  healthUrl: string
  /** Resolves when all that has arrived so far is stored. */
  idle: () => Promise<void>
  /** Rejects with what to do when Discord refuses the bot for good while it runs: the token was revoked, an intent switched off. */
  refused: Promise<never>
  stop: () => Promise<void>
}

/**
 * Connects to everything and resolves when the first sync of all guilds is stored. What was started before a failing step is stopped again.
 * `signal` ends the waiting for a Discord that cannot be reached. Throws `unauthenticated` for a wrong token and `forbidden` when the Message Content intent is switched off, each with what to do.
 */
export async function startBot(
  config: Config,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<Bot> {
  const token = requireToken(config)
  const started: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of started.splice(0).toReversed()) await end()
  }
  try {
    await initDb({ ...toInitOptions(config), applicationName: 'dcs-bot' })
    started.push(closeDb)
    const queue = await openQueue('producer', log)
    started.push(() => queue.stop())
    const budget = await openRateBudget({
      token,
      requestsPerSecond: config.discord.requestsPerSecond,
      windowMs: config.discord.rateWindowMs,
      applicationName: 'dcs-bot-rate',
    })
    started.push(budget.stop)
    const rest = createDiscordRest({ apiUrl: config.discord.apiUrl, token, priority: 'live', budget })
    const context: BotContext = {
      config,
      log,
      queue,
      rest,
      settings: await loadSettingsFile(config.settingsPath),
      identity: { userId: null },
    }
    const gateway = createGateway(context, token, await chooseIntents(rest, log))
    const capture = new LiveCapture(context)
    const lanes = new Lanes((error, event) => log.error({ err: error, event }, 'an event could not be handled'))
    const { shards, isToldOfMembers: isTold } = gateway
    const news = startMemberNews({ shards, isTold, pendingOf: (...of) => lanes.pendingOf(...of), log })
    started.push(news.stop)
    gateway.client.on(GatewayDispatchEvents.Ready, ({ shardId }) => news.endShard(shardId))
    const sync = new GuildSync(context, capture, news)
    const api = await startApi(context, () => checkHealth(gateway.state, budget.state()))
    started.push(api.stop)
    let isSynced = false
    void sync.firstSync.then(() => (isSynced = true)).catch(() => {})
    started.push(startSchedule(context, () => isSynced))
    const services = { sync, capture, changes: new LiveChanges(context, capture.gaps) }
    const lose = (shardId: number) => {
      events.missed(shardId)
      renewal.request()
    }
    const events = registerEvents(gateway.client, context, services, lanes, lose)
    const interactions = startInteractions(gateway.client, context)
    started.push(interactions.stop)
    const idle = async () => {
      await events.idle()
      await capture.idle()
      await sync.idle()
    }
    started.push(async () => {
      sync.stop()
      await idle()
    })
    const heartbeat = await startHeartbeat('bot', async () => {
      const health = await checkHealth(gateway.state, budget.state())
      return {
        isHealthy: health.status === 'ok',
        detail: { gateway: health.gateway, requests: health.requests, waiting: budget.state().waiting },
      }
    })
    started.push(heartbeat.stop)
    let connected: Promise<void> = Promise.resolve()
    const renewal = createRenewal(async (stopping) => {
      await connected
      await renewSessions(gateway, context, stopping)
    }, log)
    onMissedEvents(gateway, (shardId) => {
      log.warn({ shardId }, 'Discord left out events; a new session tells what was missed')
      lose(shardId)
    })
    started.push(async () => {
      await renewal.stop()
      await gateway.close()
    })
    connected = connectGateway(gateway, context, signal)
    await connected
    void gateway.membersRefused.then(() => {
      if (gateway.sessions.withMembers) renewal.request(true)
    })
    await Promise.race([sync.firstSync, gateway.refused])
    await news.tell()
    await heartbeat.beat()
    return { healthUrl: `${api.url}/health`, idle, refused: gateway.refused, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function toInitOptions({ database: target }: Config) {
  return target.kind === 'server'
    ? { url: target.url, poolMax: target.poolMax }
    : { directory: target.directory, poolMax: target.poolMax }
}
