import { EventEmitter } from 'node:events'
import { MessageType } from 'discord-api-types/v10'
import { Clock } from '../clock.ts'
import { compareIds, createSnowflakes } from '../snowflake.ts'
import { contentOf, plainMessage, toChannel, toMessage, type NewChannel, type NewMessage } from './drafts.ts'
import type { WorldEvent } from './events.ts'
import { filesOf } from './message-log.ts'
import { canRead, effectivePermissions } from './permissions.ts'
import type { Attachment, Channel, Forward, Guild, Member, Message, Person, Role } from './types.ts'
import { toUploads } from './uploads.ts'

/** Everything that is there. Whoever changes it tells the gateway with `emit`. */
export class World {
  readonly clock: Clock
  readonly people = new Map<string, Person>()
  readonly guilds = new Map<string, Guild>()
  readonly channels = new Map<string, Channel>()
  /** The application's own account; it is a member of every guild in `guilds` that `botGuilds` names. */
  readonly botId: string
  readonly botGuilds = new Set<string>()
  readonly nextId: (date?: Date) => string
  readonly #files = new Map<string, { file: Attachment; uses: number }>()
  readonly #events = new EventEmitter<{ event: [WorldEvent] }>()

  constructor(bot: Person, clock = new Clock()) {
    this.clock = clock
    this.nextId = createSnowflakes(() => clock.now())
    this.botId = bot.id
    this.people.set(bot.id, bot)
    this.#events.setMaxListeners(0)
  }

  onEvent(listener: (event: WorldEvent) => void): () => void {
    this.#events.on('event', listener)
    return () => this.#events.off('event', listener)
  }

  emit(event: WorldEvent): void {
    this.#events.emit('event', event)
  }

  now(): Date {
    return new Date(this.clock.now())
  }

  requireGuild(guildId: string): Guild {
    return required(this.guilds.get(guildId), `guild ${guildId}`)
  }

  requireChannel(channelId: string): Channel {
    return required(this.channels.get(channelId), `channel ${channelId}`)
  }

  requireMessage(channelId: string, messageId: string): Message {
    return required(this.findMessage(channelId, messageId), `message ${messageId}`)
  }

  /** Channels and threads of a guild. */
  channelsOf(guildId: string): Channel[] {
    return [...this.channels.values()].filter((channel) => channel.guildId === guildId)
  }

  /** What somebody may do in a channel; 0 for those outside the guild. */
  permissionsIn(channel: Channel, userId: string): bigint {
    const guild = this.guilds.get(channel.guildId)
    const member = guild?.members.get(userId)
    return guild && member
      ? effectivePermissions(guild, member, channel, this.channels.get(channel.parentId ?? ''), this.clock.now())
      : 0n
  }

  addPerson(person: Omit<Person, 'bot'> & { bot?: boolean }): Person {
    const added = { bot: false, ...person }
    this.people.set(added.id, added)
    return added
  }

  updatePerson(userId: string, changes: Partial<Pick<Person, 'username' | 'globalName' | 'avatar'>>): void {
    const person = required(this.people.get(userId), `person ${userId}`)
    Object.assign(person, changes)
    this.emit({ kind: 'user-updated', person })
  }

  /** Adds a guild with its @everyone role. Its owner must be made a member with `setMember`. */
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
      isUnavailable: false,
    }
    this.guilds.set(added.id, added)
    return added
  }

  /** The bot is invited. */
  joinBot(guildId: string, roleIds: string[] = []): void {
    this.botGuilds.add(guildId)
    this.requireGuild(guildId).members.set(this.botId, this.#newMember(this.botId, roleIds))
    this.emit({ kind: 'guild-added', guildId })
  }

  /** The bot is removed. */
  removeBot(guildId: string): void {
    this.requireGuild(guildId).members.delete(this.botId)
    this.botGuilds.delete(guildId)
    this.emit({ kind: 'guild-removed', guildId })
  }

  /** Begins or ends an outage of a guild, as the gateway tells of it. */
  setOutage(guildId: string, isUnavailable: boolean): void {
    const guild = this.requireGuild(guildId)
    if (guild.isUnavailable === isUnavailable) return
    guild.isUnavailable = isUnavailable
    this.emit({ kind: isUnavailable ? 'guild-outage-began' : 'guild-outage-ended', guildId })
  }

  updateGuild(
    guildId: string,
    changes: Partial<Pick<Guild, 'name' | 'icon' | 'ownerId' | 'description' | 'settings'>>,
  ): void {
    Object.assign(this.requireGuild(guildId), changes)
    this.emit({ kind: 'guild-updated', guildId })
  }

  setRole(guildId: string, role: Omit<Role, 'position' | 'color'> & { position?: number; color?: number }): Role {
    const guild = this.requireGuild(guildId)
    const known = guild.roles.get(role.id)
    const stored: Role = { position: known?.position ?? guild.roles.size, color: known?.color ?? 0, ...role }
    guild.roles.set(stored.id, stored)
    this.emit({ kind: known ? 'role-updated' : 'role-created', guildId, role: stored })
    return stored
  }

  deleteRole(guildId: string, roleId: string): void {
    const guild = this.requireGuild(guildId)
    const role = required(guild.roles.get(roleId), `role ${roleId}`)
    guild.roles.delete(roleId)
    for (const member of guild.members.values()) member.roleIds = member.roleIds.filter((id) => id !== roleId)
    this.emit({ kind: 'role-deleted', guildId, role })
  }

  /** Adds a member, or changes one. */
  setMember(
    guildId: string,
    userId: string,
    roleIds: string[],
    changes: Partial<Pick<Member, 'joinedAt' | 'nick' | 'timedOutUntil'>> = {},
  ): Member {
    const guild = this.requireGuild(guildId)
    required(this.people.get(userId), `person ${userId}`)
    const known = guild.members.get(userId)
    const member: Member = { ...(known ?? this.#newMember(userId, roleIds)), ...changes, roleIds }
    guild.members.set(userId, member)
    this.emit({ kind: known ? 'member-updated' : 'member-added', guildId, member })
    return member
  }

  removeMember(guildId: string, userId: string): void {
    const { members } = this.requireGuild(guildId)
    const member = members.get(userId)
    if (!member) return
    members.delete(userId)
    for (const { thread } of this.channelsOf(guildId)) thread?.members.delete(userId)
    this.emit({ kind: 'member-removed', guildId, member })
  }

  createChannel(channel: NewChannel): Channel {
    const created = toChannel(channel, {
      id: channel.id ?? this.nextId(channel.date ?? this.now()),
      guildId: this.requireGuild(channel.guildId).id,
      date: channel.date ?? this.now(),
      position: this.channelsOf(channel.guildId).filter(({ thread }) => !thread).length,
    })
    this.channels.set(created.id, created)
    const forum = created.thread && this.channels.get(created.parentId ?? '')?.forum
    if (forum && compareIds(forum.lastPostId ?? '0', created.id) < 0) forum.lastPostId = created.id
    this.emit({ kind: 'channel-created', channel: created })
    return created
  }

  updateChannel(
    channelId: string,
    changes: Partial<
      Pick<
        Channel,
        | 'name'
        | 'topic'
        | 'nsfw'
        | 'overwrites'
        | 'position'
        | 'parentId'
        | 'rateLimitPerUser'
        | 'forum'
        | 'thread'
        | 'type'
        | 'settings'
      >
    >,
  ): Channel {
    const channel = this.requireChannel(channelId)
    Object.assign(channel, changes)
    this.emit({ kind: 'channel-updated', channel })
    return channel
  }

  deleteChannel(channelId: string): void {
    const channel = this.requireChannel(channelId)
    this.channels.delete(channelId)
    const threads = this.channelsOf(channel.guildId).filter(({ parentId, thread }) => thread && parentId === channelId)
    for (const { id } of threads) this.channels.delete(id)
    // Threads go silently with their channel; children of a category stay.
    for (const child of this.channelsOf(channel.guildId)) {
      if (child.parentId === channelId) this.updateChannel(child.id, { parentId: null })
    }
    this.emit({ kind: 'channel-deleted', channel })
  }

  /** Posts a message. A message in an archived thread opens it again, as in Discord. */
  postMessage(post: NewMessage): Message {
    const channel = this.requireChannel(post.channelId)
    if (!post.webhook) required(this.people.get(post.authorId), `person ${post.authorId}`)
    const createdAt = post.date ?? this.now()
    const message = toMessage(post, {
      id: post.id ?? this.nextId(createdAt),
      createdAt,
      files: toUploads(post.files ?? [], channel.id, () => this.nextId(createdAt)),
      forward: post.forwardOf ? this.#snapshot(post.forwardOf) : null,
    })
    if (!post.date) this.#openThread(channel, post.authorId)
    this.keepFiles(message)
    channel.messages.add(message)
    // The first message of a thread is not counted.
    if (channel.thread && message.id !== channel.id && message.type !== MessageType.ThreadStarterMessage)
      channel.thread.totalMessages += 1
    this.emit({ kind: 'message-created', message, channel, guild: this.requireGuild(channel.guildId) })
    return message
  }

  /** Changes a message; `editedAt` becomes now when what it says changes. */
  updateMessage(channelId: string, messageId: string, changes: Partial<Message>): Message {
    const channel = this.requireChannel(channelId)
    const before = this.requireMessage(channelId, messageId)
    const wasKept = !channel.messages.isUntouched(messageId)
    const isEdit = ['content', 'embeds', 'attachments', 'components', 'componentFiles'].some((key) => key in changes)
    const message = required(
      channel.messages.update(messageId, { ...(isEdit ? { editedAt: this.now() } : {}), ...changes }),
      `message ${messageId}`,
    )
    this.keepFiles(message)
    if (wasKept) this.releaseFiles(before)
    this.emit({ kind: 'message-updated', message, channel, guild: this.requireGuild(channel.guildId) })
    return message
  }

  deleteMessage(channelId: string, messageId: string): void {
    const channel = this.requireChannel(channelId)
    const wasKept = !channel.messages.isUntouched(messageId)
    const message = required(channel.messages.remove(messageId), `message ${messageId}`)
    if (wasKept) this.releaseFiles(message)
    this.emit({ kind: 'message-deleted', message, channel, guild: this.requireGuild(channel.guildId) })
  }

  /** Deletes several messages with one event; ids that are not there are passed over. */
  deleteMessages(channelId: string, messageIds: readonly string[]): void {
    const channel = this.requireChannel(channelId)
    const untouched = new Set(messageIds.filter((id) => channel.messages.isUntouched(id)))
    const removed = messageIds.flatMap((id) => channel.messages.remove(id) ?? [])
    for (const message of removed) if (!untouched.has(message.id)) this.releaseFiles(message)
    if (removed.length > 0)
      this.emit({ kind: 'messages-deleted', messageIds: removed.map(({ id }) => id), messages: removed, channel })
  }

  /** Adds `count` old messages, every `clipEvery`th with a clip (0: none), without telling the gateway. Returns the ids of the clips. */
  addHistory(
    channelId: string,
    count: number,
    options: { authorId: string; clipEvery?: number; mediaKey?: string; from?: Date },
  ): string[] {
    const channel = this.requireChannel(channelId)
    const from = (options.from ?? new Date('2024-11-05T10:00:00Z')).getTime()
    const messages = Array.from({ length: count }, (_, index) => {
      const createdAt = new Date(from + index * 60_000)
      const withClip = options.clipEvery ? index % options.clipEvery === 0 : false
      return plainMessage({
        id: this.nextId(createdAt),
        channelId,
        authorId: options.authorId,
        content: `message ${index + 1}`,
        createdAt,
        attachments: withClip
          ? toUploads([{ key: options.mediaKey ?? 'one-second' }], channelId, () => this.nextId(createdAt))
          : [],
      })
    })
    for (const message of messages) this.keepFiles(message)
    channel.messages.addAll(messages)
    if (channel.thread) channel.thread.totalMessages += count
    return messages.flatMap(({ attachments }) => attachments.map(({ id }) => id))
  }

  findMessage(channelId: string, messageId: string): Message | undefined {
    return this.channels.get(channelId)?.messages.get(messageId)
  }

  /** The file behind a CDN address. Files of deleted messages are gone unless a forward still shows them. */
  findAttachment(channelId: string, attachmentId: string): Attachment | undefined {
    const kept = this.#files.get(attachmentId)?.file
    const file = kept ?? this.channels.get(channelId)?.messages.findGeneratedAttachment(attachmentId)
    return file?.channelId === channelId ? file : undefined
  }

  /** Ids of the people (bots left out) who may read a channel. */
  readersOf(channel: Channel): string[] {
    const members = this.guilds.get(channel.guildId)?.members.values() ?? []
    return [...members]
      .map(({ userId }) => userId)
      .filter((userId) => !this.people.get(userId)?.bot && canRead(this.permissionsIn(channel, userId)))
  }

  /** Serves the files of a message that is in no history, as one that only one person sees. */
  keepFiles(message: Message): void {
    for (const file of filesOf(message)) {
      const kept = this.#files.get(file.id)
      if (kept) kept.uses += 1
      else this.#files.set(file.id, { file, uses: 1 })
    }
  }

  /** Stops serving the files that `keepFiles` was told of. */
  releaseFiles(message: Message): void {
    for (const file of filesOf(message)) {
      const kept = this.#files.get(file.id)
      if (kept && (kept.uses -= 1) <= 0) this.#files.delete(file.id)
    }
  }

  #newMember(userId: string, roleIds: string[]): Member {
    return { userId, roleIds, joinedAt: new Date('2024-12-01T12:00:00Z'), nick: null, timedOutUntil: null }
  }

  #openThread(channel: Channel, authorId: string): void {
    const { thread } = channel
    if (!thread) return
    if (thread.archived)
      this.updateChannel(channel.id, { thread: { ...thread, archived: false, archivedAt: this.now() } })
    if (channel.thread?.members.has(authorId) || !this.people.has(authorId)) return
    channel.thread?.members.set(authorId, this.now())
    this.emit({ kind: 'thread-members-changed', thread: channel, addedIds: [authorId], removedIds: [] })
  }

  #snapshot({ channelId, messageId }: { channelId: string; messageId: string }): Forward {
    const original = this.requireMessage(channelId, messageId)
    // A forward of a forward shows the first original.
    const shown = original.forward ?? original
    return { guildId: this.requireChannel(channelId).guildId, channelId, messageId, ...contentOf(shown) }
  }
}

/** A thing that is not in the world. The control API answers 404 for it. */
export class UnknownThing extends Error {}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new UnknownThing(`There is no ${what}.`)
  return value
}

/** By id, oldest first. */
export function byId(a: { id: string }, b: { id: string }): number {
  return compareIds(a.id, b.id)
}
