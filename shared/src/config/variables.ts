import * as z from 'zod'

const port = z.coerce
  .number({ error: 'is not a port number' })
  .int('is not a port number')
  .min(0, 'is not a port number')
  .max(65_535, 'is not a port number')
const notAPoolSize = 'is not a number from 1 to 200'
const poolSize = z.coerce.number({ error: notAPoolSize }).int(notAPoolSize).min(1, notAPoolSize).max(200, notAPoolSize)
const notAConcurrency = 'is not a number from 1 to 500'
const concurrency = z.coerce
  .number({ error: notAConcurrency })
  .int(notAConcurrency)
  .min(1, notAConcurrency)
  .max(500, notAConcurrency)
const text = z.string()
const storageKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'is not 32 bytes in base64; openssl rand -base64 32 makes one')
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) URL' })
  .transform((url) => url.replace(/\/+$/, ''))
const postgresUrl = z
  .string()
  // Postgres' own tools allow a user without a host (postgres://user@/db?host=/tmp), URLs do not.
  .transform((url) => url.replace(/^(postgres(?:ql)?:\/\/[^/]*@)\//, '$1localhost/'))
  .pipe(z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }))

/**
 * Every environment variable of the product: names (the first wins where there are two), what it means, and what is allowed.
 * `.env.example` and docs/reference/env.md are generated from this list.
 */
export const envVariables = [
  {
    group: 'Database',
    names: ['POSTGRES_DSN', 'DATABASE_URL'],
    schema: postgresUrl,
    secret: true,
    description:
      'Address of the Postgres server (14 or newer), with user, password and database. Overrides the single values below. Without it and them an embedded Postgres is started in DCS_DATA_DIR.',
    example: 'postgres://dcs:secret@db:5432/dcs',
  },
  {
    group: 'Database',
    names: ['POSTGRES_HOST', 'DB_HOST'],
    schema: text,
    description:
      'Host of the Postgres server, or the folder of its Unix socket; localhost when another of these five is set.',
    example: 'db',
  },
  {
    group: 'Database',
    names: ['POSTGRES_PORT', 'DB_PORT'],
    schema: port,
    description: 'Port of the Postgres server, 5432 unless set.',
    example: '5432',
  },
  {
    group: 'Database',
    names: ['POSTGRES_USER', 'DB_USER'],
    schema: text,
    description: 'User of the database, postgres unless set. Any characters; escaped by us.',
    example: 'dcs',
  },
  {
    group: 'Database',
    names: ['POSTGRES_PASSWORD', 'DB_PASSWORD'],
    schema: text,
    secret: true,
    keepsSpaces: true,
    description: 'Password of that user, postgres unless set. Any characters; escaped by us.',
    example: 'change me',
  },
  {
    group: 'Database',
    names: ['POSTGRES_DB', 'DB_NAME'],
    schema: text,
    description: 'Name of the database, postgres unless set.',
    example: 'dcs',
  },
  {
    group: 'Database',
    names: ['DB_TYPE', 'DATABASE_TYPE'],
    schema: z.enum(['postgres', 'postgresql'], { error: 'is not supported; the only database is postgres' }),
    description: 'Kept from the original; only postgres is allowed.',
    example: 'postgres',
  },
  {
    group: 'Database',
    names: ['DB_POOL_MAX'],
    schema: poolSize,
    description: 'Most connections one program opens to the database, 10 unless set.',
    example: '10',
  },

  {
    group: 'Discord',
    names: ['BOT_TOKEN'],
    schema: text,
    secret: true,
    description: "Token of your application's bot. Without it `npm start` runs the demo world.",
    example: 'the token from the page Bot of your application',
  },
  {
    group: 'Discord',
    names: ['DISCORD_CLIENT_ID'],
    schema: z.string().regex(/^\d{17,20}$/, 'is not an application id (17 to 20 digits)'),
    description: 'Application id, for sign-in.',
    example: '1234567890123456789',
  },
  {
    group: 'Discord',
    names: ['DISCORD_CLIENT_SECRET'],
    schema: text,
    secret: true,
    description: 'Client secret of the application, for sign-in.',
    example: 'the secret from the page OAuth2 of your application',
  },
  {
    group: 'Discord',
    names: ['DISCORD_API_URL'],
    schema: httpUrl,
    description:
      'Base of the REST API without version, for the bot and for sign-in; https://discord.com/api unless set.',
    example: 'https://discord.com/api',
  },
  {
    group: 'Discord',
    names: ['DISCORD_OAUTH_AUTHORIZE_URL'],
    schema: httpUrl,
    description:
      'Page on which a person signs in and adds the bot to servers, https://discord.com/oauth2/authorize unless set.',
    example: 'https://discord.com/oauth2/authorize',
  },
  {
    group: 'Discord',
    names: ['DISCORD_CDN_HOSTS'],
    schema: text,
    description:
      'Hosts of Discord (with port) that attachments and embedded videos may be downloaded from, separated by commas; cdn.discordapp.com,media.discordapp.net,images-ext-1.discordapp.net,images-ext-2.discordapp.net unless set.',
    example: 'cdn.discordapp.com,media.discordapp.net,images-ext-1.discordapp.net,images-ext-2.discordapp.net',
  },

  {
    group: 'Discord',
    names: ['DISCORD_REQUESTS_PER_SECOND'],
    schema: z.coerce
      .number({ error: 'is not a number from 1 to 1200' })
      .int('is not a whole number from 1 to 1200')
      .min(1, 'is not a number from 1 to 1200')
      .max(1200, 'is not a number from 1 to 1200'),
    description:
      'Requests per second that Discord allows this bot, over all programs together; 50 unless set. Discord raises it for big bots.',
    example: '50',
  },
  {
    group: 'Discord',
    names: ['DISCORD_RATE_WINDOW_MS'],
    schema: z.coerce
      .number({ error: 'is not a number from 10 to 60000' })
      .int('is not a whole number from 10 to 60000')
      .min(10, 'is not a number from 10 to 60000')
      .max(60_000, 'is not a number from 10 to 60000'),
    description:
      'Milliseconds in which that many requests are allowed, 1000 unless set. Only for servers that speak like Discord and count otherwise.',
    example: '1000',
  },

  {
    group: 'Interface',
    names: ['PUBLIC_URL', 'NEXTAUTH_URL'],
    schema: httpUrl,
    description: 'Address under which people open the interface; sign-in returns to it.',
    example: 'https://clips.example.org',
  },
  {
    group: 'Interface',
    names: ['AUTH_SECRET', 'NEXTAUTH_SECRET'],
    schema: z.string().min(32, 'is shorter than 32 characters'),
    secret: true,
    description:
      'Signs sessions and encrypts stored tokens: at least 32 random characters. `npm start` makes one in DCS_DATA_DIR.',
    example: 'openssl rand -hex 32',
  },

  {
    group: 'Interface',
    names: ['INTERFACE_HOST'],
    schema: text,
    description:
      'Address the interface listens on when started by itself, 127.0.0.1 unless set. `npm start` takes --host.',
    example: '127.0.0.1',
  },
  {
    group: 'Interface',
    names: ['INTERFACE_PORT'],
    schema: port,
    description: 'Port the interface listens on when started by itself, 3000 unless set. `npm start` takes --port.',
    example: '3000',
  },
  {
    group: 'Interface',
    names: ['TRUSTED_PROXIES'],
    schema: z
      .string()
      .transform((list) =>
        list
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean),
      )
      .pipe(
        z.array(
          z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
            error: 'is not a list of addresses and networks, separated by commas',
          }),
        ),
      ),
    description:
      'Addresses or networks of the proxies in front of the interface, separated by commas. Only what these say in X-Forwarded-For counts as the address of a visitor; none unless set, then it is whoever connects.',
    example: '127.0.0.1,10.0.0.0/8',
  },
  {
    group: 'Interface',
    names: ['REQUEST_LIMIT_FACTOR'],
    schema: z.coerce
      .number({ error: 'is not a number from 0 to 1000' })
      .min(0, 'is not a number from 0 to 1000')
      .max(1000, 'is not a number from 0 to 1000'),
    description:
      'How many times the usual number of requests a person or an address may send, 1 unless set; 0 counts none. docs/operations.md has the numbers.',
    example: '1',
  },

  {
    group: 'Programs',
    names: ['DCS_DATA_DIR'],
    schema: text,
    description:
      'Folder for everything the product writes: embedded database, videos, secrets. data/ in the checkout unless set.',
    example: '/var/lib/dcs',
  },
  {
    group: 'Programs',
    names: ['STORAGE_PATH'],
    schema: text,
    description:
      'Folder for videos and posters, DCS_DATA_DIR/objects unless set. Worker and interface must see the same.',
    example: '/var/lib/dcs/objects',
  },
  {
    group: 'Programs',
    names: ['STORAGE_ENCRYPTION_KEY'],
    schema: storageKey,
    secret: true,
    description:
      'Key with which videos and posters are encrypted on the disk, 32 bytes in base64 (`openssl rand -base64 32`). Worker and interface need the same. Without it they are stored as they are. Lost, the files are lost too: keep a copy elsewhere.',
    example: '',
  },
  {
    group: 'Programs',
    names: ['NEW_STORAGE_ENCRYPTION_KEY'],
    schema: storageKey,
    secret: true,
    description: 'Only for `dcs storage rekey`: the key that takes the place of STORAGE_ENCRYPTION_KEY.',
    example: '',
  },
  {
    group: 'Programs',
    names: ['DEFAULT_SETTINGS_PATH'],
    schema: text,
    description:
      'Settings file of this instance (JSON with comments); settings.default.jsonc of the checkout unless set.',
    example: '/etc/dcs/settings.jsonc',
  },
  {
    group: 'Programs',
    names: ['BOT_HOST'],
    schema: text,
    description: 'Address the HTTP API of the bot listens on, 127.0.0.1 unless set.',
    example: '127.0.0.1',
  },
  {
    group: 'Programs',
    names: ['BOT_PORT'],
    schema: port,
    description: 'Port of the HTTP API of the bot (GET /health), 8000 unless set; 0 takes a free one.',
    example: '8000',
  },
  {
    group: 'Programs',
    names: ['BOT_API_TOKEN'],
    schema: z.string().min(16, 'is shorter than 16 characters'),
    secret: true,
    description:
      'What others must send to the HTTP API of the bot (Authorization: Bearer …). Without it only programs on the same machine are answered.',
    example: 'openssl rand -hex 32',
  },
  {
    group: 'Programs',
    names: ['WORKER_JOBS'],
    schema: text,
    description:
      'Kinds of jobs a worker does, separated by commas (scan-channel, fetch-clip, …); all unless set. For machines that only scan or only fetch.',
    example: 'scan-channel,search-guild,list-threads',
  },
  {
    group: 'Programs',
    names: ['WORKER_SCANS'],
    schema: concurrency,
    description:
      'Channels one worker reads at the same time, 64 unless set. Reading waits for Discord most of the time and takes little memory.',
    example: '64',
  },
  {
    group: 'Programs',
    names: ['WORKER_DOWNLOADS'],
    schema: concurrency,
    description:
      'Clips one worker downloads at the same time, 8 unless set. It inspects as many of them at once as the machine has cores.',
    example: '8',
  },
  {
    group: 'Interface',
    names: ['OPERATOR_CONTACT'],
    schema: text,
    description:
      'How people reach whoever runs this: a mail address, a web address or a sentence. Shown on the public privacy page, which says without it that there is none.',
    example: 'privacy@example.com',
  },
  {
    group: 'Interface',
    names: ['LOG_RETENTION_DAYS'],
    schema: z.coerce
      .number({ error: 'is not a whole number of days' })
      .int('is not a whole number of days')
      .min(0, 'is not a whole number of days'),
    description:
      'For how many days you keep what the programs log (they write to standard output and keep nothing themselves). Only shown on the public privacy page.',
    example: '14',
  },
  {
    group: 'Programs',
    names: ['LOG_LEVEL'],
    schema: z
      .string()
      .toLowerCase()
      .pipe(
        z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
          error: 'is not one of trace, debug, info, warn, error, fatal, silent',
        }),
      ),
    description: 'How much is logged, info unless set.',
    example: 'info',
  },
] as const satisfies readonly {
  group: string
  names: readonly [string, ...string[]]
  schema: z.ZodType
  secret?: boolean
  /** Spaces at the ends belong to the value. */
  keepsSpaces?: true
  description: string
  example: string
}[]

/** One entry of the list. */
export type EnvVariable = (typeof envVariables)[number]
