import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { addToThread, DEMO, mediaFile, startTwin, type Channel, type World } from '@dcs/discord-twin'
import {
  createApiToken,
  getConfig,
  listChannelsByIds,
  markClipReady,
  upsertChannels,
  upsertClips,
  upsertUserLogin,
  type NewClip,
} from '@dcs/shared/db'
import { openDiskStore } from '@dcs/shared/storage'
import { buildInterface } from '../../../cli/src/start/build.ts'
import { startProgram } from '../programs.ts'
import { openScratchDatabase } from '../scratch-database.ts'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server of three clips that one person may see, each for another reason, with bot and interface running. */
export type Library = {
  world: World
  guildId: string
  personId: string
  roleId: string
  channels: { open: string; byRole: string }
  thread: Channel
  clips: { open: string; byRole: string; thread: string }
  /** Whether the person gets the clip in the list, alone, its poster, and a range of its video. */
  ask: (clipId: string) => Promise<boolean[]>
  close: () => Promise<void>
}

const TOKEN = 'dcs_benchbenchbenchbenchbenchbenchbenchbenchben'
const ROLE = '300000000000000009'
const BOT_ROLE = '300000000000000010'
const READ = (1n << 10n) | (1n << 16n)

/** Opens it; `hasIntent` says whether Discord tells the bot changes of members. */
export async function openLibrary({ hasIntent }: { hasIntent: boolean }): Promise<Library> {
  const started: (() => unknown)[] = []
  const close = async () => {
    for (const stop of started.splice(0).toReversed()) await stop()
  }
  try {
    const twin = await startTwin({ privilegedIntents: hasIntent ? ['GUILD_MEMBERS'] : [] })
    started.push(twin.close)
    const scratch = await openScratchDatabase()
    started.push(scratch.remove)
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dcs-revocation-'))
    started.push(() => fs.rm(folder, { recursive: true, force: true }))
    const guildId = DEMO.guilds.squad
    const personId = DEMO.people.sam
    const { world } = twin
    const { channels, thread } = prepare(world, guildId, personId)
    const port = await freePort()
    const env = {
      POSTGRES_DSN: getConfig().url,
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_OAUTH_AUTHORIZE_URL: `${twin.url}/oauth2/authorize`,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      DISCORD_CLIENT_ID: '1180000000000000000',
      DISCORD_CLIENT_SECRET: 'demo-secret-of-the-twin',
      BOT_TOKEN: twin.botToken,
      BOT_PORT: '0',
      DCS_DATA_DIR: folder,
      STORAGE_PATH: path.join(folder, 'objects'),
      AUTH_SECRET: 'a secret of a benchmark that nobody needs to keep',
      INTERFACE_PORT: String(port),
      REQUEST_LIMIT_FACTOR: '100',
    }
    const bot = startProgram('bot', env)
    started.push(bot.stop)
    await buildInterface()
    const site = startProgram('interface', env)
    started.push(site.stop)
    const isUp = () =>
      fetch(`http://127.0.0.1:${port}/api/guilds`).then(
        ({ status }) => status === 401,
        () => false,
      )
    const places = [channels.open, channels.byRole]
    const areStored = async () => (await listChannelsByIds(places)).length === places.length
    for (const end = performance.now() + 60_000; !(await areStored()) || !(await isUp());) {
      if (performance.now() > end) throw new Error('Bot and interface were not ready within a minute.')
      bot.requireRunning()
      site.requireRunning()
      await sleep(200)
    }
    // As a scan of its channel stores it.
    const { id, parentId } = thread
    await upsertChannels([{ id, guildId, name: thread.name, type: 'private_thread', parentId }])
    await upsertUserLogin({ discordUserId: personId, username: 'sam', globalName: 'Sam', avatar: null })
    await createApiToken({
      userId: personId,
      name: 'bench',
      hash: createHash('sha256').update(TOKEN).digest('hex'),
      hint: TOKEN.slice(0, 8),
      scopes: ['clips:read'],
      days: 1,
    })
    const clips = {
      open: await addClip(env.STORAGE_PATH, guildId, channels.open, 1),
      byRole: await addClip(env.STORAGE_PATH, guildId, channels.byRole, 2),
      thread: await addClip(env.STORAGE_PATH, guildId, thread.id, 3),
    }
    const ask = (clipId: string) => askAll(`http://127.0.0.1:${port}`, clipId)
    return { world, guildId, personId, roleId: ROLE, channels, thread, clips, ask, close }
  } catch (error) {
    await close()
    throw error
  }
}

function prepare(world: World, guildId: string, personId: string) {
  world.setRole(guildId, { id: ROLE, name: 'Seers', permissions: 0n })
  world.setMember(guildId, world.botId, [
    ...(world.guilds.get(guildId)?.members.get(world.botId)?.roleIds ?? []),
    manage(world, guildId),
  ])
  world.setMember(guildId, personId, [ROLE])
  const open = world.createChannel({ guildId, name: 'for-all' })
  const byRole = world.createChannel({
    guildId,
    name: 'for-seers',
    overwrites: [
      { id: guildId, type: 0, allow: '0', deny: String(READ) },
      { id: ROLE, type: 0, allow: String(READ), deny: '0' },
      { id: BOT_ROLE, type: 0, allow: String(READ), deny: '0' },
    ],
  })
  const thread = world.createChannel({ guildId, name: 'among us', type: 12, parentId: open.id, ownerId: personId })
  addToThread(world, thread, world.botId)
  return { channels: { open: open.id, byRole: byRole.id }, thread }
}

/** The bot may see every thread, as it must to tell who is in one. */
function manage(world: World, guildId: string): string {
  world.setRole(guildId, { id: BOT_ROLE, name: 'Clip bot', permissions: READ | (1n << 34n) })
  return BOT_ROLE
}

async function addClip(storage: string, guildId: string, channelId: string, index: number): Promise<string> {
  const id = `15000000000000000${index}0`
  const store = await openDiskStore(storage)
  const keep = async (bytes: Buffer) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const file = path.join(await store.makeWorkFolder(), 'file')
    await fs.writeFile(file, bytes)
    await store.putFile(sha256, file)
    return { sha256, sizeBytes: bytes.length }
  }
  const clip: NewClip = {
    id,
    guildId,
    channelId,
    messageId: `${id.slice(0, -1)}1`,
    source: 'attachment',
    authorId: DEMO.people.mara,
    authorName: 'Mara',
    authorAvatarHash: null,
    authorAvatar: null,
    messageContent: '',
    filename: 'clip.mp4',
    contentType: 'video/mp4',
    sizeBytes: 1,
    width: 1,
    height: 1,
    durationSeconds: 1,
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
    url: 'https://cdn.discordapp.com/attachments/1/2/clip.mp4',
    postedAt: new Date(),
  }
  await upsertClips([clip])
  const video = await keep(await fs.readFile(mediaFile('one-second').path))
  const poster = await keep(Buffer.from(`poster of ${id}`))
  await markClipReady(id, {
    object: { ...video, contentType: 'video/mp4' },
    poster: { ...poster, contentType: 'image/webp' },
    durationSeconds: 1,
    width: 1,
    height: 1,
    videoCodec: 'avc',
    audioCodec: null,
    placeholder: null,
  })
  return id
}

async function askAll(site: string, clipId: string): Promise<boolean[]> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const get = (at: string, more: Record<string, string> = {}) =>
    fetch(`${site}${at}`, { headers: { ...headers, ...more } })
  const [list, one, poster, video] = await Promise.all([
    get('/api/clips?limit=100'),
    get(`/api/clips/${clipId}`),
    get(`/api/clips/${clipId}/poster`),
    get(`/api/clips/${clipId}/video`, { range: 'bytes=0-9' }),
  ])
  const listed = (await list.text()).includes(clipId)
  for (const answer of [one, poster, video]) await answer.arrayBuffer()
  return [listed, one.ok, poster.ok, video.status === 206]
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
