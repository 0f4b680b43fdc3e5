import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { loadConfig } from '@dcs/shared/config'
import { dateToSnowflake } from '@dcs/shared/core'
import { database, initDb, markClipReady, syncGuilds, upsertClips, type NewClip } from '@dcs/shared/db'
import { openDiskStore } from '@dcs/shared/storage'
import { DEMO } from '@dcs/discord-twin'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase } from '../../shared/tests/test-database.ts'
import { serverSide, type RouteParams } from '../src/lib/server-side.ts'
import { startServerSide } from '../src/server/server.ts'

export const ORIGIN = 'http://127.0.0.1:3000'
export const CHANNELS = { open: '200000000000000001', staff: '200000000000000002', lan: '200000000000000003' } as const

/** 64 KiB in which every byte tells its place. */
export const BYTES = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 31 + (index >> 8)) % 256))

const READ = String((1n << 10n) | (1n << 16n))

/** The server side on a database of its own beside a twin, with three channels: open to all of the squad, for its owner alone, and in another guild. */
export async function startTestInterface() {
  const twin = await startCheckedTwin()
  const database = await createMigratedDatabase()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-interface-'))
  Object.assign(process.env, {
    POSTGRES_DSN: database.url,
    DCS_DATA_DIR: folder,
    STORAGE_PATH: path.join(folder, 'objects'),
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_OAUTH_AUTHORIZE_URL: twin.oauthAuthorizeUrl,
    DISCORD_CDN_HOSTS: twin.cdnHost,
    DISCORD_CLIENT_ID: twin.clientId,
    DISCORD_CLIENT_SECRET: twin.clientSecret,
    BOT_TOKEN: twin.botToken,
    PUBLIC_URL: ORIGIN,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'silent',
  })
  const server = startServerSide(loadConfig())
  await initDb()
  await fillGuilds()
  return {
    twin,
    stop: async () => {
      await server.stop()
      await database.drop()
      fs.rmSync(folder, { recursive: true, force: true })
      await twin.close()
    },
  }
}

/** Asks a route as somebody, the way Next would. */
export async function ask(
  name: keyof ReturnType<typeof serverSide>['routes'],
  target: string,
  options: {
    cookie?: string
    params?: RouteParams
    method?: string
    headers?: Record<string, string>
    json?: unknown
  } = {},
): Promise<Response> {
  const { cookie, params = {}, method = 'GET', headers = {}, json } = options
  const request = new Request(new URL(target, ORIGIN), {
    method,
    headers: {
      ...(cookie ? { cookie } : {}),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  return serverSide().routes[name](request, params)
}

/** Signs a person of the twin in through the whole OAuth2 flow; returns the cookie of the session. */
export async function signIn(person: keyof typeof DEMO.people): Promise<string> {
  const started = await ask('auth', '/api/auth/sign-in/social', {
    method: 'POST',
    headers: { origin: ORIGIN },
    json: { provider: 'discord', callbackURL: '/' },
  })
  const { url } = (await started.json()) as { url: string }
  const consent = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ user_id: DEMO.people[person] }),
    redirect: 'manual',
  })
  const callback = consent.headers.get('location') ?? ''
  const finished = await ask('auth', callback, { cookie: cookieOf(started) })
  if (finished.headers.get('location') !== '/') throw new Error(`sign-in ended at ${finished.headers.get('location')}`)
  return cookieOf(finished)
}

/** Stores a clip; with bytes it is ready. */
export async function addClip(
  channelId: string,
  overrides: Partial<NewClip> = {},
  bytes?: Buffer,
  contentType = 'video/mp4',
) {
  const postedAt = overrides.postedAt ?? new Date(1_760_000_000_000 + ++made * 60_000)
  const clip: NewClip = {
    id: String(BigInt(dateToSnowflake(postedAt)) + BigInt(made)),
    guildId: channelId === CHANNELS.lan ? DEMO.guilds.lan : DEMO.guilds.squad,
    channelId,
    messageId: dateToSnowflake(postedAt),
    source: 'attachment',
    authorId: DEMO.people.aiko,
    authorName: 'Aiko',
    authorAvatarHash: null,
    authorAvatar: null,
    messageContent: 'look at this',
    filename: 'clip.mp4',
    contentType,
    sizeBytes: bytes?.length ?? 1,
    width: 640,
    height: 360,
    durationSeconds: 7,
    placeholder: null,
    isSpoiler: false,
    isNativeClip: false,
    isBot: false,
    title: null,
    description: null,
    linkUrl: null,
    recordedAt: null,
    gameId: null,
    gameName: null,
    participants: [],
    forwardedGuildId: null,
    forwardedChannelId: null,
    forwardedMessageId: null,
    editedAt: null,
    url: 'https://cdn.discordapp.com/attachments/1/2/clip.mp4?ex=secret',
    postedAt,
    ...overrides,
  }
  await upsertClips([clip])
  if (!bytes) return clip.id
  const poster = Buffer.from(`poster of ${clip.id}`)
  await markClipReady(clip.id, {
    object: { sha256: await keep(bytes), sizeBytes: bytes.length, contentType },
    poster: { sha256: await keep(poster), sizeBytes: poster.length, contentType: 'image/webp' },
    durationSeconds: 7,
    width: 640,
    height: 360,
    videoCodec: 'avc',
    audioCodec: null,
    placeholder: null,
  })
  return clip.id
}

/** Takes a clip out of sight, as the deletion of its message does. */
export async function hideClip(clipId: string): Promise<void> {
  await database().$client.query(
    `update clips set hidden_at = now(), hidden_reason = 'message_deleted' where id = $1`,
    [clipId],
  )
}

let made = 0

async function keep(bytes: Buffer): Promise<string> {
  const store = await openDiskStore(loadConfig().storagePath)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const work = await store.makeWorkFolder()
  fs.writeFileSync(path.join(work, 'file'), bytes)
  await store.putFile(sha256, path.join(work, 'file'))
  fs.rmSync(work, { recursive: true, force: true })
  return sha256
}

/** Roles and channels count as they are stored, as while a bot hears of every change; here is none that would say so again and again. */
export async function hearEveryChange(): Promise<void> {
  const { $client } = database()
  await $client.query(`alter table bot_guilds alter column facts_current_at set default 'infinity'`)
  await $client.query(`update bot_guilds set facts_current_at = 'infinity'`)
}

async function fillGuilds(): Promise<void> {
  await hearEveryChange()
  const everyone = (id: string) => [{ id, name: '@everyone', position: 0, permissions: READ }]
  const { squad, lan } = DEMO.guilds
  await syncGuilds([
    {
      id: squad,
      name: 'The Night Squad',
      discordOwnerId: DEMO.people.mara,
      roles: everyone(squad),
      channels: [
        { id: CHANNELS.open, name: 'open', type: 'text', position: 1, permissionOverwrites: [] },
        {
          id: CHANNELS.staff,
          name: 'staff',
          type: 'text',
          position: 2,
          permissionOverwrites: [{ id: squad, type: 'role', allow: '0', deny: READ }],
        },
      ],
    },
    {
      id: lan,
      name: 'LAN im Keller',
      discordOwnerId: DEMO.people.theo,
      roles: everyone(lan),
      channels: [{ id: CHANNELS.lan, name: 'lan', type: 'text', position: 1, permissionOverwrites: [] }],
    },
  ])
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}
