import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  closeDb,
  ensureGuildSettings,
  forgetMembers,
  initDb,
  putJobFailure,
  syncGuilds,
  updateGuildSettings,
  upsertUserLogin,
  database as db,
} from '@dcs/shared/db'
import { DEMO, type World as TwinWorld } from '@dcs/discord-twin'
import { startCheckedTwin } from '../../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase } from '../../../shared/tests/test-database.ts'
import { addClip, hearEveryChange } from '../test-interface.ts'
import { freePort, startInterfaceProcess } from './interface-process.ts'

export const GUILD = DEMO.guilds.squad
/** A guild that the stranger is in, and nobody else of the matrix but the outsider and the owner. */
export const OTHER_GUILD = DEMO.uninvited
export const OPEN = '200000000000000001'
export const SECRET = '200000000000000002'
/** A thread of the secret channel, and ids of nothing. */
export const THREAD = '200000000000000003'
export const NOTHING = '299999999999999999'
export const GHOST = '990000000000000001'

const ROLES = { seer: '300000000000000001', tagger: '300000000000000002', helper: '300000000000000003' } as const
const READ = (1n << 10n) | (1n << 16n)
const MANAGE = 1n << 5n
const GUILD_NAME = 'The Night Squad'

/** Everybody the matrix asks as. `blindManager`: manages the guild, but does not see the channel in Discord. */
export const ACTORS = [
  'anonymous',
  'stranger',
  'outsider',
  'member',
  'author',
  'tagger',
  'manager',
  'blindManager',
  'owner',
  'kicked',
  'token',
] as const

export type Actor = (typeof ACTORS)[number]

/** Those who may not see the secret channel. */
export const UNSEEING = [
  'anonymous',
  'stranger',
  'outsider',
  'blindManager',
  'kicked',
  'token',
] as const satisfies Actor[]

/** Who they are among the twin's people. */
export const PEOPLE = {
  stranger: DEMO.people.guest,
  outsider: DEMO.people.lena,
  member: DEMO.people.sam,
  author: DEMO.people.aiko,
  tagger: DEMO.people.nils,
  manager: DEMO.people.jonas,
  blindManager: DEMO.people.theo,
  owner: DEMO.people.mara,
  kicked: DEMO.people.vik,
} as const

/** What stands only in the secret channel: in every text, and in the bytes. */
export const MARK = 'xqzmark'

export type World = Awaited<ReturnType<typeof startWorld>>

/** The interface on a database and a twin of its own: a guild with a channel for all and one that few may see, which is empty at first. */
export async function startWorld() {
  const twin = await startCheckedTwin()
  const database = await createMigratedDatabase()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-matrix-'))
  const port = await freePort()
  const env = {
    ...twin.env,
    POSTGRES_DSN: database.url,
    DCS_DATA_DIR: folder,
    STORAGE_PATH: path.join(folder, 'objects'),
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_OAUTH_AUTHORIZE_URL: twin.oauthAuthorizeUrl,
    DISCORD_CDN_HOSTS: twin.cdnHost,
    DISCORD_CLIENT_ID: twin.clientId,
    DISCORD_CLIENT_SECRET: twin.clientSecret,
    BOT_TOKEN: twin.botToken,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    TRUSTED_PROXIES: '127.0.0.1',
    // All people ask everything within a minute.
    REQUEST_LIMIT_FACTOR: '20',
    LOG_LEVEL: 'info',
  }
  Object.assign(process.env, env)
  await initDb()
  fillTwin(twin.world)
  await storeGuild(twin.world, [])
  await ensureGuildSettings(GUILD)
  await updateGuildSettings(GUILD, { roles_may_tag: [ROLES.tagger] })
  const program = await startInterfaceProcess(port, env)
  const world = { twin, url: program.url, output: program.output }
  const cookies = new Map<Actor, string>()
  for (const actor of Object.keys(PEOPLE) as (keyof typeof PEOPLE)[])
    cookies.set(actor, await signIn(program.url, PEOPLE[actor]))
  const token = await addTokenWithoutScopes(PEOPLE.owner)
  return {
    ...world,
    env,
    /** The headers by which somebody is known. */
    headersOf: (actor: Actor): Record<string, string> => {
      if (actor === 'token') return { authorization: `Bearer ${token}` }
      const cookie = cookies.get(actor)
      return cookie === undefined ? {} : { cookie }
    },
    /** Takes somebody out of the guild, and forgets what Discord said before, as the gateway's event does. */
    kick: async () => {
      twin.world.removeMember(GUILD, PEOPLE.kicked)
      await forgetMembers(GUILD)
    },
    /** The secret channel and a thread below it come into being. */
    revealSecrets: () => storeGuild(twin.world, secretChannels()),
    /** Somebody's stream of events, once it is open. */
    listen: (actor: Actor) =>
      listenToEvents(`${program.url}/api/events`, { cookie: cookies.get(actor) ?? '', 'x-forwarded-for': '10.9.9.9' }),
    notify: (channel: string, payload: string) => db().$client.query('select pg_notify($1, $2)', [channel, payload]),
    /** A sum over every table that a change could reach. */
    fingerprint: async (): Promise<string> => {
      const { rows } = await db().$client.query<{ name: string }>(
        `select tablename as name from pg_tables where schemaname = 'public' and tablename <> all($1) order by 1`,
        [['request_limits', 'guild_members', 'api_tokens', 'program_heartbeats', 'users', 'rate_waiting']],
      )
      const sums = await Promise.all(
        rows
          .filter(({ name }) => !name.startsWith('rate_'))
          .map(async ({ name }) => {
            const found = await db().$client.query<{ sum: string }>(
              `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from "${name}" t`,
            )
            return `${name} ${found.rows[0]?.sum}`
          }),
      )
      return sums.join('\n')
    },
    stop: async () => {
      await program.stop()
      await closeDb()
      await database.drop()
      fs.rmSync(folder, { recursive: true, force: true })
      await twin.close()
    },
  }
}

/** A clip in the secret channel, with bytes, poster, words and numbers that stand nowhere else. */
export async function addSecretClip(id?: string): Promise<string> {
  return addClip(
    SECRET,
    {
      ...(id === undefined ? {} : { id }),
      filename: `${MARK}-file.mp4`,
      messageContent: `${MARK} what was said`,
      authorId: PEOPLE.author,
      authorName: `${MARK} Aiko`,
      title: `${MARK} title`,
      description: `${MARK} description`,
      gameName: `${MARK} game`,
    },
    secretBytes(),
  )
}

/** A job of the secret channel that failed, as managers see them. */
export async function addSecretProblem(): Promise<void> {
  await putJobFailure({
    job: 'scan-channel',
    key: SECRET,
    payload: { channelId: SECRET },
    guildId: GUILD,
    channelId: SECRET,
    code: 'forbidden',
    message: `${MARK} could not be read`,
    attempts: 3,
  })
}

/** The bytes of every secret clip; the text makes them found in any answer. */
export function secretBytes(): Buffer {
  return Buffer.from(`${MARK} bytes `.repeat(4096))
}

/** The hash of these bytes, by which a stored file and its ETag are named. */
export function secretHash(): string {
  return createHash('sha256').update(secretBytes()).digest('hex')
}

/** The hash of the poster of a clip. */
export function posterHash(clipId: string): string {
  return createHash('sha256').update(`poster of ${clipId}`).digest('hex')
}

async function storeGuild(world: TwinWorld, more: ReturnType<typeof secretChannels>): Promise<void> {
  const roles = [...(world.guilds.get(GUILD)?.roles.values() ?? [])]
  await hearEveryChange()
  await syncGuilds([
    {
      id: GUILD,
      name: GUILD_NAME,
      discordOwnerId: PEOPLE.owner,
      roles: roles.map(({ id, name, position, permissions }) => ({
        id,
        name,
        position,
        permissions: String(permissions),
      })),
      channels: [{ id: OPEN, name: 'open', type: 'text', position: 1, permissionOverwrites: [] }, ...more],
    },
    { id: OTHER_GUILD, name: 'Sunday Board Games', discordOwnerId: PEOPLE.owner, roles: [], channels: [] },
  ])
}

function secretChannels() {
  const moderator = [...(lastWorld?.guilds.get(GUILD)?.roles.values() ?? [])].find(({ name }) => name === 'Moderator')
  const overwrites = [
    { id: GUILD, type: 'role' as const, allow: '0', deny: String(READ) },
    ...[ROLES.seer, moderator?.id ?? NOTHING].map((id) => ({
      id,
      type: 'role' as const,
      allow: String(READ),
      deny: '0',
    })),
  ]
  return [
    { id: SECRET, name: `${MARK}-channel`, type: 'text', position: 2, permissionOverwrites: overwrites },
    { id: THREAD, name: `${MARK} thread`, type: 'public_thread', parentId: SECRET, permissionOverwrites: [] },
  ]
}

let lastWorld: TwinWorld | undefined

function fillTwin(world: TwinWorld): void {
  lastWorld = world
  world.joinBot(OTHER_GUILD)
  world.setRole(GUILD, { id: ROLES.seer, name: 'Seer', permissions: 0n })
  world.setRole(GUILD, { id: ROLES.tagger, name: 'Tagger', permissions: 0n })
  world.setRole(GUILD, { id: ROLES.helper, name: 'Helper', permissions: MANAGE })
  for (const actor of ['member', 'author', 'kicked'] as const) world.setMember(GUILD, PEOPLE[actor], [ROLES.seer])
  world.setMember(GUILD, PEOPLE.tagger, [ROLES.seer, ROLES.tagger])
  world.setMember(GUILD, PEOPLE.blindManager, [ROLES.helper])
}

async function addTokenWithoutScopes(userId: string): Promise<string> {
  const token = `dcs_${randomBytes(32).toString('base64url')}`
  await upsertUserLogin({ discordUserId: userId, username: 'mara.k', globalName: 'Mara', avatar: null })
  await db().$client.query(
    `insert into api_tokens (user_id, name, hash, hint, scopes, expires_at)
     values ($1, 'matrix', $2, 'dcs_', '{}', now() + interval '1 day')`,
    [userId, createHash('sha256').update(token).digest('hex')],
  )
  return token
}

/** Signs a person of the twin in through the whole OAuth2 flow; returns the cookie of the session. */
async function signIn(url: string, userId: string): Promise<string> {
  const started = await fetch(`${url}/api/auth/sign-in/social`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'discord', callbackURL: '/' }),
  })
  const { url: consentUrl } = (await started.json()) as { url: string }
  const consent = await fetch(consentUrl, {
    method: 'POST',
    body: new URLSearchParams({ user_id: userId }),
    redirect: 'manual',
  })
  const finished = await fetch(consent.headers.get('location') ?? '', {
    headers: { cookie: cookiesOf(started) },
    redirect: 'manual',
  })
  const place = finished.headers.get('location')
  if (place !== '/' && place !== `${url}/`) throw new Error(`sign-in ended at ${place}`)
  return cookiesOf(finished)
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

async function listenToEvents(url: string, headers: Record<string, string>) {
  const end = new AbortController()
  const response = await fetch(url, { headers, signal: end.signal })
  let text = ''
  let wake = () => {}
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      wake()
    }
  })().catch(() => {
    // Closed by us.
  })
  const heard = async (part: string) => {
    while (!text.includes(part)) await new Promise<void>((resolve) => (wake = resolve))
  }
  await heard(': open')
  return {
    text: () => text,
    heard,
    close: () => {
      end.abort()
      return reading
    },
  }
}
