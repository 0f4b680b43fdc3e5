import {
  ChannelType,
  Client,
  Guild,
  PermissionFlagsBits as Bits,
  type GuildMember,
  type ThreadChannel,
} from 'discord.js'
import type { RawGuild, RawPerson } from './cases.ts'

/** What somebody sees of a guild, as the library `discord.js` works it out from the same data. */
export type Verdict = { manages: boolean; shown: ReadonlySet<string>; clips: ReadonlySet<string> }

const VOICE: readonly ChannelType[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice]
const READING = Bits.ViewChannel | Bits.ReadMessageHistory

/** Guilds of a client that never connects. */
export function createReference() {
  const client = new Client({ intents: [] })
  return {
    load: (raw: RawGuild): Guild => {
      client.channels.cache.clear()
      client.users.cache.clear()
      const guild = Reflect.construct(Guild, [client, toPayload(raw)]) as Guild
      for (const { id, memberIds } of raw.channels) {
        const thread = guild.channels.cache.get(id)
        if (thread?.isThread()) for (const userId of memberIds) addMember(thread, userId)
      }
      return guild
    },
    close: () => client.destroy(),
  }
}

/** What a person sees of a loaded guild; null for nothing at all. */
export function verdictOf(
  guild: Guild,
  { id, isMember, isPending, showsAgeRestricted }: RawPerson,
  ageRestricted: 'hide' | 'viewer-choice',
): Verdict | null {
  // A guild in an outage has no members there.
  if (!guild.available) return null
  const member = guild.members.cache.get(id)
  if ((member !== undefined) !== isMember) throw new Error(`discord.js does not know ${id}`)
  if (!member || (isPending && guild.ownerId !== id)) return null
  if (member.pending !== isPending) throw new Error(`discord.js does not know that ${id} is pending`)
  const isOut = member.isCommunicationDisabled() && !member.permissions.has(Bits.Administrator)
  const shown = new Set<string>()
  const clips = new Set<string>()
  for (const channel of guild.channels.cache.values()) {
    const thread = channel.isThread() ? channel : null
    const place = thread ? thread.parent : channel
    const held = channel.permissionsFor(member)
    const effective = held.bitfield & (isOut ? READING : -1n)
    const has = (bits: bigint) => (effective & bits) === bits
    if (!place || !has(READING) || (VOICE.includes(channel.type) && !has(Bits.Connect))) continue
    if (thread && !isInvited(thread, member, has(Bits.ManageThreads))) continue
    shown.add(channel.id)
    const isAgeRestricted = 'nsfw' in place && place.nsfw
    if (!isAgeRestricted || (showsAgeRestricted && ageRestricted === 'viewer-choice')) clips.add(channel.id)
  }
  return { manages: member.permissions.has(Bits.ManageGuild) && !isOut, shown, clips }
}

function isInvited(thread: ThreadChannel, member: GuildMember, managesThreads: boolean): boolean {
  return thread.type !== ChannelType.PrivateThread || managesThreads || thread.members.cache.has(member.id)
}

function addMember(thread: ThreadChannel, userId: string): void {
  const add = Reflect.get(thread.members, '_add') as (data: unknown) => void
  add.call(thread.members, { id: thread.id, user_id: userId, join_timestamp: JOINED, flags: 0 })
}

const JOINED = '2026-01-02T03:04:05.000000+00:00'

/** GUILD_CREATE, as far as permissions need it. */
function toPayload({ id, ownerId, isUnavailable, roles, channels, people }: RawGuild) {
  const isThread = (type: ChannelType) => type >= 10 && type <= 12
  const payloads = channels.map((channel) => ({
    id: channel.id,
    type: channel.type,
    name: 'name',
    position: 0,
    parent_id: channel.parentId,
    nsfw: channel.nsfw,
    permission_overwrites: channel.overwrites,
  }))
  return {
    id,
    name: 'guild',
    owner_id: ownerId,
    unavailable: isUnavailable,
    roles: roles.map((role) => ({ ...role, name: 'role', position: 0, color: 0, hoist: false, flags: 0 })),
    channels: payloads.filter(({ type }) => !isThread(type)),
    threads: payloads
      .filter(({ type }) => isThread(type))
      .map(({ permission_overwrites: _none, ...thread }) => ({
        ...thread,
        guild_id: id,
        owner_id: ownerId,
        thread_metadata: { archived: false, locked: false, auto_archive_duration: 60, archive_timestamp: JOINED },
      })),
    members: people
      .filter((person) => person.isMember)
      .map((person) => ({
        user: { id: person.id, username: 'person', discriminator: '0', avatar: null },
        roles: person.roleIds,
        joined_at: JOINED,
        pending: person.isPending,
        communication_disabled_until: person.timedOutUntil?.toISOString() ?? null,
      })),
  }
}
