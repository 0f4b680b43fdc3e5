import { EventEmitter } from 'node:events'
import { ChannelType, MessageType, type APIOverwrite } from 'discord-api-types/v10'
import { compareIds, createSnowflakes } from '../snowflake.ts'
import { toUploads, type Upload } from './uploads.ts'
import { canRead, effectivePermissions } from './permissions.ts'
import type { Attachment, Channel, Guild, Member, Message, Person, Role } from './types.ts'

/** Something that happened. The gateway turns it into a dispatch for every session that may know. */
export type WorldEvent =
  | { kind: 'guild-added' | 'guild-updated' | 'guild-removed'; guildId: string }
  | { kind: 'channel-created' | 'channel-updated' | 'channel-deleted'; channel: Channel }
  | { kind: 'role-created' | 'role-updated' | 'role-deleted'; guildId: string; role: Role }
  | { kind: 'member-updated'; guildId: string; member: Member }
  | { kind: 'message-created' | 'message-updated' | 'message-deleted'; message: Message }

/** A message to post. */
export type NewMessage = {
  channelId: string
  authorId: string
  content?: string
  files?: readonly Upload[]
  date?: Date
  flags?: number
  replyTo?: string | null
  forwardOf?: { channelId: string; messageId: string }
}

export type NewChannel = {
  guildId: string
  name: string
  type?: ChannelType
  parentId?: string | null
  topic?: string | null
  nsfw?: boolean
  overwrites?: APIOverwrite[]
  date?: Date
  ownerId?: string
}

/** Everything that is there. All changes go through its methods, which tell the gateway. */
export class World {
  readonly people = new Map<string, Person>()
  readonly guilds = new Map<string, Guild>()
  readonly channels = new Map<string, Channel>()
  /** The application's own account; it is a member of every guild in `guilds` that `botGuilds` names. */
  readonly botId: string
  readonly botGuilds = new Set<string>()
  readonly nextId = createSnowflakes()
  readonly #events = new EventEmitter<{ event: [WorldEvent] }>()

  constructor(bot: Person) {
    this.botId = bot.id
    this.people.set(bot.id, bot)
  }

  onEvent(listener: (event: WorldEvent) => void): () => void {
    this.#events.on('event', listener)
    return () => this.#events.off('event', listener)
  }

  requireGuild(guildId: string): Guild {
    return required(this.guilds.get(guildId), `guild ${guildId}`)
  }

  requireChannel(channelId: string): Channel {
    return required(this.channels.get(channelId), `channel ${channelId}`)
  }

  channelsOf(guildId: string): Channel[] {
    return [...this.channels.values()].filter((channel) => channel.guildId === guildId)
  }

  /** What somebody may do in a channel; 0 for those outside the guild. */
  permissionsIn(channel: Channel, userId: string): bigint {
    const guild = this.guilds.get(channel.guildId)
    const member = guild?.members.get(userId)
    return guild && member
      ? effectivePermissions(guild, member, channel, this.channels.get(channel.parentId ?? ''))
      : 0n
  }

  addPerson(person: Omit<Person, 'bot'> & { bot?: boolean }): Person {
    const added = { bot: false, ...person }
    this.people.set(added.id, added)
    return added
  }

  /** Adds a guild with its @everyone role; the owner is its first member. */
  addGuild(guild: Pick<Guild, 'id' | 'name' | 'icon' | 'ownerId'> & { everyone: bigint; description?: string }): Guild {
    const everyone: Role = { id: guild.id, name: '@everyone', permissions: guild.everyone, position: 0, color: 0 }
    const added: Guild = {
      id: guild.id,
      name: guild.name,
      icon: guild.icon,
      ownerId: guild.ownerId,
      description: guild.description ?? null,
      roles: new Map([[everyone.id, everyone]]),
      members: new Map(),
    }
    this.guilds.set(added.id, added)
    return added
  }

  /** The bot is invited. */
  joinBot(guildId: string, roleIds: string[] = []): void {
    this.setMember(guildId, this.botId, roleIds)
    this.botGuilds.add(guildId)
    this.#emit({ kind: 'guild-added', guildId })
  }

  /** The bot is removed. */
  removeBot(guildId: string): void {
    this.requireGuild(guildId).members.delete(this.botId)
    this.botGuilds.delete(guildId)
    this.#emit({ kind: 'guild-removed', guildId })
  }

  updateGuild(guildId: string, changes: Partial<Pick<Guild, 'name' | 'icon' | 'ownerId'>>): void {
    Object.assign(this.requireGuild(guildId), changes)
    this.#emit({ kind: 'guild-updated', guildId })
  }

  setRole(guildId: string, role: Omit<Role, 'position' | 'color'> & { position?: number; color?: number }): Role {
    const guild = this.requireGuild(guildId)
    const known = guild.roles.get(role.id)
    const stored: Role = { position: known?.position ?? guild.roles.size, color: known?.color ?? 0, ...role }
    guild.roles.set(stored.id, stored)
    this.#emit({ kind: known ? 'role-updated' : 'role-created', guildId, role: stored })
    return stored
  }

  deleteRole(guildId: string, roleId: string): void {
    const guild = this.requireGuild(guildId)
    const role = required(guild.roles.get(roleId), `role ${roleId}`)
    guild.roles.delete(roleId)
    for (const member of guild.members.values()) member.roleIds = member.roleIds.filter((id) => id !== roleId)
    this.#emit({ kind: 'role-deleted', guildId, role })
  }

  setMember(guildId: string, userId: string, roleIds: string[], joinedAt = new Date('2024-12-01T12:00:00Z')): Member {
    const guild = this.requireGuild(guildId)
    required(this.people.get(userId), `person ${userId}`)
    const member: Member = { joinedAt, nick: null, ...guild.members.get(userId), userId, roleIds }
    guild.members.set(userId, member)
    this.#emit({ kind: 'member-updated', guildId, member })
    return member
  }

  removeMember(guildId: string, userId: string): void {
    this.requireGuild(guildId).members.delete(userId)
  }

  createChannel(channel: NewChannel): Channel {
    const date = channel.date ?? new Date()
    const type = channel.type ?? ChannelType.GuildText
    const isThread = channel.ownerId !== undefined
    const created: Channel = {
      id: this.nextId(date),
      guildId: this.requireGuild(channel.guildId).id,
      type,
      name: channel.name,
      position: this.channelsOf(channel.guildId).length,
      parentId: channel.parentId ?? null,
      topic: channel.topic ?? null,
      nsfw: channel.nsfw ?? false,
      overwrites: channel.overwrites ?? [],
      messages: [],
      thread: isThread ? { ownerId: channel.ownerId ?? '', archived: false, archivedAt: date, appliedTags: [] } : null,
    }
    this.channels.set(created.id, created)
    this.#emit({ kind: 'channel-created', channel: created })
    return created
  }

  updateChannel(
    channelId: string,
    changes: Partial<Pick<Channel, 'name' | 'topic' | 'nsfw' | 'overwrites' | 'position' | 'parentId'>>,
  ): Channel {
    const channel = this.requireChannel(channelId)
    Object.assign(channel, changes)
    this.#emit({ kind: 'channel-updated', channel })
    return channel
  }

  deleteChannel(channelId: string): void {
    const channel = this.requireChannel(channelId)
    this.channels.delete(channelId)
    for (const thread of this.channelsOf(channel.guildId))
      if (thread.parentId === channelId && thread.thread) this.channels.delete(thread.id)
    this.#emit({ kind: 'channel-deleted', channel })
  }

  postMessage(post: NewMessage): Message {
    const channel = this.requireChannel(post.channelId)
    required(this.people.get(post.authorId), `person ${post.authorId}`)
    const createdAt = post.date ?? new Date()
    const message: Message = {
      id: this.nextId(createdAt),
      channelId: channel.id,
      authorId: post.authorId,
      type: post.replyTo ? MessageType.Reply : MessageType.Default,
      content: post.content ?? '',
      flags: post.flags ?? 0,
      createdAt,
      editedAt: null,
      attachments: toUploads(post.files ?? [], channel.id, () => this.nextId(createdAt)),
      forward: post.forwardOf ? this.#snapshot(post.forwardOf) : null,
      replyTo: post.replyTo ?? null,
    }
    insertInOrder(channel.messages, message)
    this.#emit({ kind: 'message-created', message })
    return message
  }

  updateMessage(channelId: string, messageId: string, changes: { content?: string }): Message {
    const message = required(this.findMessage(channelId, messageId), `message ${messageId}`)
    Object.assign(message, changes, { editedAt: new Date() })
    this.#emit({ kind: 'message-updated', message })
    return message
  }

  deleteMessage(channelId: string, messageId: string): void {
    const channel = this.requireChannel(channelId)
    const message = required(this.findMessage(channelId, messageId), `message ${messageId}`)
    channel.messages.splice(channel.messages.indexOf(message), 1)
    this.#emit({ kind: 'message-deleted', message })
  }

  /** Adds `count` old messages, every `clipEvery`th with a clip (0: none), without telling the gateway. Returns the ids of the clips. */
  addHistory(
    channelId: string,
    count: number,
    options: { authorId: string; clipEvery?: number; mediaKey?: string; from?: Date },
  ): string[] {
    const channel = this.requireChannel(channelId)
    const from = (options.from ?? new Date('2024-11-05T10:00:00Z')).getTime()
    const clips: string[] = []
    for (let index = 0; index < count; index += 1) {
      const createdAt = new Date(from + index * 60_000)
      const withClip = options.clipEvery ? index % options.clipEvery === 0 : false
      const attachments = withClip
        ? toUploads([{ key: options.mediaKey ?? 'one-second' }], channel.id, () => this.nextId(createdAt))
        : []
      clips.push(...attachments.map(({ id }) => id))
      channel.messages.push({
        id: this.nextId(createdAt),
        channelId,
        authorId: options.authorId,
        type: MessageType.Default,
        content: `message ${index + 1}`,
        flags: 0,
        createdAt,
        editedAt: null,
        attachments,
        forward: null,
        replyTo: null,
      })
    }
    channel.messages.sort((a, b) => compareIds(a.id, b.id))
    return clips
  }

  findMessage(channelId: string, messageId: string): Message | undefined {
    return this.channels.get(channelId)?.messages.find((message) => message.id === messageId)
  }

  /** The file behind a CDN address. Files of deleted messages are gone. */
  findAttachment(channelId: string, attachmentId: string): Attachment | undefined {
    const matches = ({ id, channelId: uploadedIn }: Attachment) => id === attachmentId && uploadedIn === channelId
    for (const channel of this.channels.values()) {
      for (const message of channel.messages) {
        const found = message.attachments.find(matches) ?? message.forward?.attachments.find(matches)
        if (found) return found
      }
    }
    return undefined
  }

  /** Ids of the people (bots left out) who may read a channel. */
  readersOf(channel: Channel): string[] {
    const members = this.guilds.get(channel.guildId)?.members.values() ?? []
    return [...members]
      .map(({ userId }) => userId)
      .filter((userId) => userId !== this.botId && canRead(this.permissionsIn(channel, userId)))
  }

  #snapshot({ channelId, messageId }: { channelId: string; messageId: string }): Message['forward'] {
    const original = required(this.findMessage(channelId, messageId), `message ${messageId}`)
    const { content, attachments, createdAt } = original
    return {
      guildId: this.requireChannel(channelId).guildId,
      channelId,
      messageId,
      content,
      attachments: [...attachments],
      createdAt,
    }
  }

  #emit(event: WorldEvent): void {
    this.#events.emit('event', event)
  }
}

/** A thing that is not in the world. The control API answers 404 for it. */
export class UnknownThing extends Error {}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new UnknownThing(`There is no ${what}.`)
  return value
}

function insertInOrder(messages: Message[], message: Message): void {
  const last = messages.at(-1)
  messages.push(message)
  if (last && compareIds(last.id, message.id) > 0) messages.sort((a, b) => compareIds(a.id, b.id))
}
