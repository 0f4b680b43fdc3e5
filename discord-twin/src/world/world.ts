import { EventEmitter } from 'node:events'
import { Clock } from '../clock.ts'
import { createSnowflakes } from '../snowflake.ts'
import { createChannel, deleteChannel, type ChannelChanges } from './channel-changes.ts'
import type { NewChannel, NewMessage } from './drafts.ts'
import type { WorldEvent } from './events.ts'
import { KeptFiles } from './kept-files.ts'
import { addHistory, postMessage, removeMessage, updateMessage, type OldMessages } from './message-changes.ts'
import { canRead, effectivePermissions } from './permissions.ts'
import type { Attachment, Channel, Guild, Member, Message, Person, Role } from './types.ts'
import { required } from './unknown-thing.ts'

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
  readonly #files = new KeptFiles()
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
    const guild = this.requireGuild(guildId)
    if (changes.ownerId !== undefined) required(guild.members.get(changes.ownerId), `member ${changes.ownerId}`)
    Object.assign(guild, changes)
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
    changes: Partial<Pick<Member, 'joinedAt' | 'nick' | 'timedOutUntil' | 'isPending'>> = {},
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
    return createChannel(this, channel)
  }

  updateChannel(channelId: string, changes: ChannelChanges): Channel {
    const channel = this.requireChannel(channelId)
    Object.assign(channel, changes)
    this.emit({ kind: 'channel-updated', channel })
    return channel
  }

  /** Deletes a channel with its threads and their files; the channels of a category stay. */
  deleteChannel(channelId: string): void {
    for (const gone of deleteChannel(this, channelId)) this.#files.releaseChannel(gone)
  }

  /** Posts a message. A message in an archived thread opens it again, as in Discord. */
  postMessage(post: NewMessage): Message {
    return postMessage(this, post)
  }

  /** Changes a message; `editedAt` becomes now when what it says changes. */
  updateMessage(channelId: string, messageId: string, changes: Partial<Message>): Message {
    return updateMessage(this, channelId, messageId, changes)
  }

  deleteMessage(channelId: string, messageId: string): void {
    const channel = this.requireChannel(channelId)
    const message = required(removeMessage(this, channel, messageId), `message ${messageId}`)
    this.emit({ kind: 'message-deleted', message, channel, guild: this.requireGuild(channel.guildId) })
  }

  /** Deletes several messages with one event; ids that are not there are passed over. */
  deleteMessages(channelId: string, messageIds: readonly string[]): void {
    const channel = this.requireChannel(channelId)
    const removed = messageIds.flatMap((id) => removeMessage(this, channel, id) ?? [])
    if (removed.length > 0)
      this.emit({ kind: 'messages-deleted', messageIds: removed.map(({ id }) => id), messages: removed, channel })
  }

  /** Adds `count` old messages, every `clipEvery`th with a clip (0: none), without telling the gateway. Returns the ids of the clips. */
  addHistory(channelId: string, count: number, options: OldMessages): string[] {
    return addHistory(this, channelId, count, options)
  }

  findMessage(channelId: string, messageId: string): Message | undefined {
    return this.channels.get(channelId)?.messages.get(messageId)
  }

  /** The file behind a CDN address. Files of deleted messages are gone unless a forward still shows them. */
  findAttachment(channelId: string, attachmentId: string): Attachment | undefined {
    return this.#files.find(this.channels.get(channelId), channelId, attachmentId)
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
    this.#files.keep(message)
  }

  /** Stops serving the files that `keepFiles` was told of. */
  releaseFiles(message: Message): void {
    this.#files.release(message)
  }

  #newMember(userId: string, roleIds: string[]): Member {
    return { userId, roleIds, joinedAt: new Date('2024-12-01T12:00:00Z'), nick: null, timedOutUntil: null }
  }
}
