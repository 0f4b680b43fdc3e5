import type { AddressInfo } from 'node:net'
import multipart from '@fastify/multipart'
import { fastify } from 'fastify'
import { cdnRoutes } from './cdn/routes.ts'
import { Link, type LinkOptions } from './cdn/link.ts'
import { Signer } from './cdn/signer.ts'
import type { Application, TwinContext } from './context.ts'
import { Faults } from './faults/faults.ts'
import { faultHooks } from './faults/http-hooks.ts'
import { collectRoutes } from './coverage/coverage.ts'
import { worldPage } from './control/page.ts'
import { controlRoutes } from './control/routes.ts'
import type { ObservedDispatch } from './gateway/observe.ts'
import { Gateway } from './gateway/gateway.ts'
import { IdentifyLimits } from './gateway/limits.ts'
import { DEFAULT_SETTINGS, type GatewaySettings, type PrivilegedIntent } from './gateway/settings.ts'
import { Commands } from './interactions/commands.ts'
import { Interactions } from './interactions/interactions.ts'
import { createPeople, type People } from './interactions/people.ts'
import { Webhooks } from './interactions/webhooks.ts'
import { oauthPage } from './oauth/page.ts'
import { Tokens } from './oauth/tokens.ts'
import { Limits } from './rest/limits/limits.ts'
import type { Exchange } from './rest/observe.ts'
import { restApi } from './rest/server.ts'
import { SearchIndex, type SearchOptions } from './search/search-index.ts'
import { createDemoWorld, DEMO } from './world/demo.ts'
import { World } from './world/world.ts'
import { createLargeWorld, type LargeWorldOptions } from './worlds/large.ts'

/** What a twin can be told. */
export type TwinOptions = {
  /** 0, the default, takes a free port. */
  port?: number
  /** `demo`: four guilds of friends; `empty`: only the bot; one of any size, computed as it is read; or a world of your own. */
  world?: 'demo' | 'empty' | ({ kind: 'large' } & LargeWorldOptions) | World
  /** How long an attachment address works; Discord's is a day. */
  urlLifetimeSeconds?: number
  /** How large a file of a message may be; Discord's is 10 MiB. */
  uploadLimitBytes?: number
  heartbeatIntervalMs?: number
  /** How many gateway sessions may start within five seconds; Discord's is 1 for small bots. */
  maxConcurrency?: number
  /** How many gateway sessions may start in a day; one more resets the bot's token. Discord's is 1000. */
  sessionStartLimit?: number
  /** How long a gateway session without a connection can be resumed; three minutes when left out. */
  sessionLifetimeMs?: number
  /** A gateway session of more guilds must shard; Discord's is 2500. */
  maxGuildsPerShard?: number
  /** Privileged intents that are switched on besides the one for message content; both when left out. */
  privilegedIntents?: readonly PrivilegedIntent[]
  /** Answers 429 where Discord would. */
  enforceRateLimits?: boolean
  /** How many times as fast the windows of limits pass. */
  timeScale?: number
  /** After how many answers of 401, 403 and 429 in ten minutes an address is shut out; Discord's is 10,000. */
  invalidRequestLimit?: number
  /** How slow files are served; as fast as they can be when left out. */
  cdn?: LinkOptions
  /** Without it, messages of others arrive blank, as without Discord's privileged intent. */
  messageContent?: boolean
  /** How the search lags, is missing at first or leaves out results; it knows everything at once when left out. */
  search?: SearchOptions
  botToken?: string
  clientId?: string
  clientSecret?: string
  /** Addresses a sign-in may return to; any loopback address when left out. */
  redirectUris?: readonly string[]
  /** Told of every REST request and its answer. */
  observe?: (exchange: Exchange) => void
  /** Told of every event a gateway session gets. */
  observeDispatch?: (event: ObservedDispatch) => void
}

/** A running twin. */
export type Twin = {
  url: string
  port: number
  /** Base of the REST API without version. */
  apiUrl: string
  oauthAuthorizeUrl: string
  /** Host and port attachments are served from. */
  cdnHost: string
  botToken: string
  clientId: string
  clientSecret: string
  /** The variables that point the product at this twin. */
  env: Record<string, string>
  world: World
  /** Faults by name: switch them on and off, and wait until they strike. */
  faults: Pick<Faults, 'add' | 'addRoughDay' | 'list' | 'kinds' | 'remove' | 'removeAll'>
  /** What people do with the application: commands, buttons, forms. */
  interactions: People
  /** Every route of the REST API, as `GET /channels/{channel_id}`. */
  routes: readonly string[]
  /** Cuts every gateway connection; without `resumable` sessions are lost too. */
  disconnectGateway: (resumable: boolean) => void
  /** Asks every gateway client to connect again and resume. */
  requestReconnects: () => void
  /** Asks every gateway client for a heartbeat at once. */
  requestHeartbeats: () => void
  /** Changes how long addresses made from now on work. */
  setUrlLifetime: (seconds: number) => void
  close: () => Promise<void>
}

const DEFAULT_TOKEN = 'MTE4MDAwMDAwMDAwMDAwMDAwMQ.GtWin0.demo-token-of-the-twin-not-a-secret-000000'

/** Starts a twin on loopback. */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const world = createWorld(options.world)
  const application: Application = {
    id: options.clientId ?? '1180000000000000000',
    secret: options.clientSecret ?? 'demo-secret-of-the-twin',
    botToken: options.botToken ?? DEFAULT_TOKEN,
    name: 'Discord Clip Saver',
    redirectUris: options.redirectUris ?? null,
    messageContent: options.messageContent ?? true,
    privilegedIntents: options.privilegedIntents ?? DEFAULT_SETTINGS.privilegedIntents,
    description: '',
    tags: [],
  }
  let url = ''
  const variables = () => ({
    DISCORD_API_URL: `${url}/api`,
    DISCORD_OAUTH_AUTHORIZE_URL: `${url}/oauth2/authorize`,
    DISCORD_CDN_HOSTS: new URL(url).host,
    DISCORD_CLIENT_ID: application.id,
    DISCORD_CLIENT_SECRET: application.secret,
    BOT_TOKEN: application.botToken,
  })
  const { clock } = world
  const tokens = new Tokens(() => clock.now())
  if (options.timeScale !== undefined) clock.speed = options.timeScale
  const settings = { enforceRateLimits: options.enforceRateLimits ?? false }
  const signer = new Signer('key of the twin', options.urlLifetimeSeconds ?? 86_400, () => clock.now())
  const gatewaySettings: GatewaySettings = {
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? DEFAULT_SETTINGS.heartbeatIntervalMs,
    maxConcurrency: options.maxConcurrency ?? DEFAULT_SETTINGS.maxConcurrency,
    sessionStartLimit: options.sessionStartLimit ?? DEFAULT_SETTINGS.sessionStartLimit,
    sessionLifetimeMs: options.sessionLifetimeMs ?? DEFAULT_SETTINGS.sessionLifetimeMs,
    maxGuildsPerShard: options.maxGuildsPerShard ?? DEFAULT_SETTINGS.maxGuildsPerShard,
    // The application can be changed over REST.
    get privilegedIntents() {
      return application.privilegedIntents
    },
  }
  const context: TwinContext = {
    url: () => url,
    mediaUrl: () => `${url}/media-proxy`,
    world,
    clock: world.clock,
    signer,
    tokens,
    application,
    uploadLimitBytes: options.uploadLimitBytes ?? 10 * 1024 * 1024,
    faults: new Faults({ world, clock, tokens, application }),
    limits: new Limits(clock, {
      enforced: () => settings.enforceRateLimits,
      invalidRequestLimit: options.invalidRequestLimit,
    }),
    link: new Link(options.cdn),
    commands: new Commands(() => world.nextId()),
    interactions: new Interactions(world.clock, () => world.nextId()),
    webhooks: new Webhooks(world),
    search: new SearchIndex(world, clock, options.search),
    identifyLimits: new IdentifyLimits(world.clock, gatewaySettings),
    observe: options.observe,
    observeDispatch: options.observeDispatch,
  }
  const app = fastify({
    // Clients write @me as it is or percent-encoded, and name the version (10 is the only one here) or not.
    rewriteUrl: ({ url }) => (url ?? '/').replace(/^\/api\/v10(?=[/?]|$)/, '/api').replaceAll('/%40me', '/@me'),
    bodyLimit: 30 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
  })
  const collected = collectRoutes()
  app.addHook('onRoute', collected.onRoute)
  faultHooks(app, context.faults)
  await app.register(multipart, { limits: { fileSize: 25 * 1024 * 1024 } })
  const gateway = new Gateway(context, gatewaySettings)
  restApi(app, context)
  cdnRoutes(app, context)
  controlRoutes(app, context, gateway, settings)
  worldPage(app, context, {
    env: variables,
    sessions: () => gateway.connected().length,
    enforceRateLimits: () => settings.enforceRateLimits,
  })
  await app.register(async (pages) => {
    pages.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    oauthPage(pages, context)
  })
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  gateway.attach(app.server)
  const { port } = app.server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    apiUrl: `${url}/api`,
    oauthAuthorizeUrl: `${url}/oauth2/authorize`,
    cdnHost: `127.0.0.1:${port}`,
    botToken: application.botToken,
    clientId: application.id,
    clientSecret: application.secret,
    env: variables(),
    world,
    faults: context.faults,
    interactions: createPeople(context),
    routes: collected.routes(),
    disconnectGateway: (resumable) => gateway.disconnectAll(resumable),
    requestReconnects: () => gateway.requestReconnect(null),
    requestHeartbeats: () => gateway.requestHeartbeat(null),
    setUrlLifetime: (seconds) => {
      signer.lifetimeSeconds = seconds
    },
    close: async () => {
      context.faults.removeAll()
      gateway.close()
      await app.close()
    },
  }
}

function createWorld(wanted: TwinOptions['world'] = 'demo'): World {
  if (wanted instanceof World) return wanted
  if (wanted === 'empty') return createEmptyWorld()
  if (wanted === 'demo') return createDemoWorld()
  const { kind: _kind, ...options } = wanted
  return createLargeWorld(options)
}

function createEmptyWorld(): World {
  return new World({ id: DEMO.bot, username: 'Clip Saver', globalName: null, avatar: null, bot: true })
}
