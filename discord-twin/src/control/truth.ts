import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { compareIds } from '../snowflake.ts'
import { canRead, isThreadType } from '../world/permissions.ts'
import type { Attachment, Channel, Message } from '../world/types.ts'
import type { World } from '../world/world.ts'

/** How a clip got into a message. */
export type ClipSource = 'attachment' | 'forward' | 'component' | 'embed'

/** A clip as it is, whatever a client makes of it. A clip and its forwards have one id. */
export type TrueClip = {
  /** Of the file; an embed has none, and its address instead. */
  id: string | null
  url: string | null
  guildId: string
  channelId: string
  messageId: string
  /** Its place among the clips of its message. */
  index: number
  source: ClipSource
  /** What follows is null for an embed. */
  mediaKey: string | null
  fileName: string | null
  sizeBytes: number | null
  sha256: string | null
  spoiler: boolean
  /** Recorded with Discord's own clips. */
  native: boolean
  readableByBot: boolean
}

/** Which clips to tell of; `after` is the one told of last. */
export type ClipFilter = {
  guildId?: string | undefined
  channelId?: string | undefined
  viewerId?: string | undefined
  after?: Pick<TrueClip, 'channelId' | 'messageId' | 'index'> | undefined
}

/** Every clip of a world, by channel and then by message, one after the other: a world may have more than fit in memory. */
export function* truthOfClips(world: World, filter: ClipFilter = {}): Generator<TrueClip> {
  const { guildId, channelId, viewerId, after } = filter
  const channels = [...world.channels.values()]
    .filter(
      (channel) =>
        (guildId === undefined || channel.guildId === guildId) &&
        (channelId === undefined || channel.id === channelId) &&
        (after === undefined || compareIds(channel.id, after.channelId) >= 0) &&
        (viewerId === undefined || canRead(world.permissionsIn(channel, viewerId))),
    )
    .toSorted((a, b) => compareIds(a.id, b.id))
  for (const channel of channels) {
    const begin = after?.channelId === channel.id ? after : null
    const readableByBot = canRead(world.permissionsIn(channel, world.botId))
    for (const message of channel.messages.withMedia('videos', begin?.messageId ?? null))
      for (const clip of clipsOf(message, channel, readableByBot))
        if (clip.messageId !== begin?.messageId || clip.index > begin.index) yield clip
  }
}

function clipsOf(message: Message, channel: Channel, readableByBot: boolean): TrueClip[] {
  const place = { guildId: channel.guildId, channelId: channel.id, messageId: message.id, readableByBot }
  const { attachments, componentFiles, forward, embeds } = message
  const files: [ClipSource, Attachment[]][] = [
    ['attachment', attachments],
    ['component', componentFiles],
    ['forward', [...(forward?.attachments ?? []), ...(forward?.componentFiles ?? [])]],
  ]
  const clips = files.flatMap(([source, all]) =>
    all
      .filter(({ contentType }) => contentType?.startsWith('video/'))
      .map((file) => ({
        id: file.id,
        url: null,
        source,
        mediaKey: file.mediaKey,
        fileName: file.fileName,
        sizeBytes: file.sizeBytes,
        sha256: sha256(file),
        spoiler: (file.flags & (1 << 3)) !== 0,
        native: file.clip !== null,
      })),
  )
  const links = embeds
    .filter(({ type, video }) => type === 'video' || video !== undefined)
    .map(({ url, video }) => ({
      id: null,
      url: video?.url ?? url ?? null,
      source: 'embed' as const,
      mediaKey: null,
      fileName: null,
      sizeBytes: null,
      sha256: null,
      spoiler: false,
      native: false,
    }))
  return [...clips, ...links].map((clip, index) => ({ ...place, ...clip, index }))
}

const hashes = new Map<string, string>()

/** Of the bytes that the CDN serves. Files on disk are few and read once. */
function sha256({ content }: Attachment): string {
  if ('bytes' in content) return hash(content.bytes)
  const known = hashes.get(content.path) ?? hash(readFileSync(content.path))
  hashes.set(content.path, known)
  return known
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What is listed in full; larger worlds are asked with `/_twin/clips` and `/_twin/readers`. */
const SMALL = { clips: 2000, readers: 100_000 }

/** The whole truth about the world: who is where and, in a small one, every clip with who may see it. */
export function truth({ world }: { world: World }) {
  const channels = [...world.channels.values()]
  const people = [...world.people.values()].filter(({ bot }) => !bot)
  const readers =
    people.length * channels.length <= SMALL.readers
      ? new Map(channels.map((channel) => [channel.id, world.readersOf(channel)]))
      : null
  return {
    bot_id: world.botId,
    people: people.map(({ id, username, globalName }) => ({ id, username, global_name: globalName })),
    guilds: [...world.guilds.values()].map((guild) => ({
      id: guild.id,
      name: guild.name,
      owner_id: guild.ownerId,
      has_bot: world.botGuilds.has(guild.id),
      member_ids: [...guild.members.keys()],
    })),
    channels: channels.map((channel) => ({
      id: channel.id,
      guild_id: channel.guildId,
      name: channel.name,
      type: channel.type,
      parent_id: channel.parentId,
      is_thread: isThreadType(channel.type),
      archived: channel.thread?.archived ?? false,
      readable_by_bot: canRead(world.permissionsIn(channel, world.botId)),
      messages: channel.messages.length,
      ...(readers ? { reader_ids: readers.get(channel.id) ?? [] } : {}),
    })),
    ...(readers ? smallClips(world, readers) : {}),
  }
}

function smallClips(world: World, readers: ReadonlyMap<string, string[]>) {
  const clips = []
  for (const clip of truthOfClips(world)) {
    if (clip.source === 'embed') continue
    if (clips.length === SMALL.clips) return {}
    clips.push({
      id: clip.id,
      guild_id: clip.guildId,
      channel_id: clip.channelId,
      message_id: clip.messageId,
      source: clip.source,
      forwarded: clip.source === 'forward',
      media: clip.mediaKey,
      reader_ids: readers.get(clip.channelId) ?? [],
    })
  }
  return { clips }
}
