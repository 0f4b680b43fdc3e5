import path from 'node:path'
import { AppError } from '../core/errors.ts'
import { readEnv, repositoryRoot, type Env } from './env.ts'

/** Where the database is: a server of yours, or the embedded one in a folder. */
export type DatabaseConfig = { poolMax: number } & (
  | { kind: 'server'; url: string }
  | { kind: 'embedded'; directory: string }
)

/** How Discord, or something that speaks like it, is reached. */
export type DiscordConfig = {
  token: string | undefined
  clientId: string | undefined
  clientSecret: string | undefined
  /** Base of the REST API without version. */
  apiUrl: string
  authorizeUrl: string
  /** Hosts with port that attachments may be fetched from. */
  cdnHosts: readonly string[]
  /** Requests per second that Discord allows the bot, over all programs. */
  requestsPerSecond: number
  /** Milliseconds of the window in which they count. */
  rateWindowMs: number
}

/** Everything the programs read from the environment, with defaults filled in. */
export type Config = {
  database: DatabaseConfig
  discord: DiscordConfig
  interface: {
    publicUrl: string | undefined
    authSecret: string | undefined
    host: string
    port: number
    /** Addresses and networks of proxies whose X-Forwarded-For counts. */
    trustedProxies: readonly string[]
    /** How many times the usual requests are allowed; 0 counts none. */
    requestLimitFactor: number
  }
  /** `apiToken` undefined: the API of the bot answers this machine alone. */
  bot: { host: string; port: number; apiToken: string | undefined }
  /** What a worker does: kinds of jobs (null: all), and how many of them at a time. */
  worker: { jobs: readonly string[] | null; scans: number; downloads: number }
  dataDir: string
  storagePath: string
  /** Encrypts the keys of the authors, which encrypt those of the objects; null: objects are stored as they are. */
  storageKey: Buffer | null
  /** What `storageKey` is to be changed to. */
  newStorageKey: Buffer | null
  settingsPath: string | undefined
  /** What the operator says about themselves on the privacy page. */
  operator: { contact: string | undefined; logDays: number | undefined }
  logLevel: string
}

/** Reads the environment and fills in the defaults. Throws `invalid-input` listing every bad variable. */
export function loadConfig(source?: Record<string, string | undefined>): Config {
  return toConfig(readEnv(source))
}

function toConfig(env: Env): Config {
  const dataDir = path.resolve(env.DCS_DATA_DIR ?? path.join(repositoryRoot, 'data'))
  return {
    database: { poolMax: env.DB_POOL_MAX ?? 10, ...toDatabase(env, dataDir) },
    discord: {
      token: env.BOT_TOKEN,
      clientId: env.DISCORD_CLIENT_ID,
      clientSecret: env.DISCORD_CLIENT_SECRET,
      apiUrl: env.DISCORD_API_URL ?? 'https://discord.com/api',
      authorizeUrl: env.DISCORD_OAUTH_AUTHORIZE_URL ?? 'https://discord.com/oauth2/authorize',
      cdnHosts: toList(
        env.DISCORD_CDN_HOSTS ??
          'cdn.discordapp.com,media.discordapp.net,images-ext-1.discordapp.net,images-ext-2.discordapp.net',
      ),
      requestsPerSecond: env.DISCORD_REQUESTS_PER_SECOND ?? 50,
      rateWindowMs: env.DISCORD_RATE_WINDOW_MS ?? 1_000,
    },
    interface: {
      publicUrl: env.PUBLIC_URL,
      authSecret: env.AUTH_SECRET,
      host: env.INTERFACE_HOST ?? '127.0.0.1',
      port: env.INTERFACE_PORT ?? 3000,
      trustedProxies: env.TRUSTED_PROXIES ?? [],
      requestLimitFactor: env.REQUEST_LIMIT_FACTOR ?? 1,
    },
    bot: { host: env.BOT_HOST ?? '127.0.0.1', port: env.BOT_PORT ?? 8000, apiToken: env.BOT_API_TOKEN },
    worker: {
      jobs: env.WORKER_JOBS ? toList(env.WORKER_JOBS) : null,
      scans: env.WORKER_SCANS ?? 64,
      downloads: env.WORKER_DOWNLOADS ?? 8,
    },
    dataDir,
    storagePath: path.resolve(env.STORAGE_PATH ?? path.join(dataDir, 'objects')),
    storageKey: env.STORAGE_ENCRYPTION_KEY ? Buffer.from(env.STORAGE_ENCRYPTION_KEY, 'base64') : null,
    newStorageKey: env.NEW_STORAGE_ENCRYPTION_KEY ? Buffer.from(env.NEW_STORAGE_ENCRYPTION_KEY, 'base64') : null,
    settingsPath: env.DEFAULT_SETTINGS_PATH,
    operator: { contact: env.OPERATOR_CONTACT, logDays: env.LOG_RETENTION_DAYS },
    logLevel: env.LOG_LEVEL ?? 'info',
  }
}

function toList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function toDatabase(env: Env, dataDir: string) {
  if (env.POSTGRES_DSN !== undefined) return { kind: 'server' as const, url: env.POSTGRES_DSN }
  const parts = [env.POSTGRES_HOST, env.POSTGRES_PORT, env.POSTGRES_USER, env.POSTGRES_PASSWORD, env.POSTGRES_DB]
  if (parts.every((part) => part === undefined))
    return { kind: 'embedded' as const, directory: path.join(dataDir, 'postgres') }
  return { kind: 'server' as const, url: toPostgresUrl(env) }
}

function toPostgresUrl(env: Env): string {
  const [user, password] = [env.POSTGRES_USER, env.POSTGRES_PASSWORD].map((part) =>
    encodeURIComponent(part ?? 'postgres'),
  )
  const address = `${toUrlHost(env.POSTGRES_HOST ?? 'localhost')}:${env.POSTGRES_PORT ?? 5432}`
  // The driver reads the name with decodeURI, which leaves %2B, %26 and the like as they are.
  return `postgres://${user}:${password}@${address}/${encodeURI(env.POSTGRES_DB ?? 'postgres').replace(/[?#]/g, encodeURIComponent)}`
}

/** A host name, an IPv4 or IPv6 address, or the folder of a Unix socket. */
function toUrlHost(host: string): string {
  if (host.startsWith('/')) return encodeURIComponent(host)
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** The token, or `invalid-input` saying where to get one. */
export function requireToken(config: Config): string {
  if (config.discord.token) return config.discord.token
  throw new AppError(
    'invalid-input',
    'BOT_TOKEN is not set. Create an application at https://discord.com/developers/applications, copy its bot token and set it; README.md shows how.',
  )
}
