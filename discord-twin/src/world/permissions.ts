import { ChannelType, OverwriteType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { Channel, Guild, Member } from './types.ts'

const ALL = (1n << 53n) - 1n

const THREADS: ReadonlySet<ChannelType> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
])

export function isThreadType(type: ChannelType): boolean {
  return THREADS.has(type)
}

/** Permissions in the guild as a whole (https://docs.discord.com/developers/topics/permissions). */
export function guildPermissions(guild: Guild, member: Member): bigint {
  if (guild.ownerId === member.userId) return ALL
  let bits = guild.roles.get(guild.id)?.permissions ?? 0n
  for (const roleId of member.roleIds) bits |= guild.roles.get(roleId)?.permissions ?? 0n
  return bits & Bits.Administrator ? ALL : bits
}

/** Permissions in a channel: @everyone's overwrite, then the roles' together, then the member's own. */
export function channelPermissions(guild: Guild, member: Member, channel: Channel): bigint {
  const base = guildPermissions(guild, member)
  if (base === ALL) return ALL
  const steps = [
    channel.overwrites.filter((overwrite) => overwrite.id === guild.id),
    channel.overwrites.filter(
      (overwrite) =>
        overwrite.type === OverwriteType.Role && overwrite.id !== guild.id && member.roleIds.includes(overwrite.id),
    ),
    channel.overwrites.filter((overwrite) => overwrite.type === OverwriteType.Member && overwrite.id === member.userId),
  ]
  return steps.reduce((bits, overwrites) => {
    const deny = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.deny), 0n)
    const allow = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.allow), 0n)
    return (bits & ~deny) | allow
  }, base)
}

/** What somebody may do in a channel or thread at a moment; a thread has its parent's permissions, and a private one is for its members. */
export function effectivePermissions(
  guild: Guild,
  member: Member,
  channel: Channel,
  parent: Channel | undefined,
  now: number,
): bigint {
  if (!channel.thread) return afterTimeOut(channelPermissions(guild, member, channel), member, now)
  if (!parent) return guildPermissions(guild, member) === ALL ? ALL : 0n
  const bits = afterTimeOut(channelPermissions(guild, member, parent), member, now)
  const invited =
    channel.type !== ChannelType.PrivateThread || channel.thread.members.has(member.userId) || bits & Bits.ManageThreads
  return invited ? bits : 0n
}

/** Somebody in a time-out keeps only what reading needs; owners and administrators keep all. */
function afterTimeOut(bits: bigint, { timedOutUntil }: Member, now: number): bigint {
  const out = timedOutUntil !== null && timedOutUntil.getTime() > now && bits !== ALL
  return out ? bits & (Bits.ViewChannel | Bits.ReadMessageHistory) : bits
}

/** Whether past messages of a channel can be read with these permissions. */
export function canRead(bits: bigint): boolean {
  return Boolean(bits & Bits.ViewChannel) && Boolean(bits & Bits.ReadMessageHistory)
}
