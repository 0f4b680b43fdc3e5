import { AppError } from '@dcs/shared/core'
import type { BotChannel } from '@dcs/shared/db'
import { hasMessages, isThread, mayManage } from '@dcs/shared/domain'
import type { ViewerGuild } from './viewer.ts'

const HOLDS_POSTS = new Set(['forum', 'media'])

/** Throws `forbidden` for somebody who does not manage the guild. */
export function requireManage(own: ViewerGuild): void {
  if (mayManage(own.access)) return
  throw new AppError('forbidden', 'not a manager', {
    publicMessage: 'Only people with the permission Manage Server may do this.',
  })
}

/** The channels of a guild that the viewer may read and that have messages or posts, in Discord's order; without threads. */
export function topChannels(own: ViewerGuild): BotChannel[] {
  const byId = new Map(own.channels.map((channel) => [channel.channelId, channel]))
  const placeOf = ({ parentId, position }: BotChannel) => ({
    group: byId.get(parentId ?? '')?.position ?? -1,
    own: position ?? Number.MAX_SAFE_INTEGER,
  })
  return own.channels
    .filter(({ type }) => !isThread(type) && isScanned(type))
    .map((channel) => ({ channel, place: placeOf(channel) }))
    .toSorted(
      (a, b) =>
        a.place.group - b.place.group ||
        a.place.own - b.place.own ||
        (a.channel.name ?? '').localeCompare(b.channel.name ?? ''),
    )
    .map(({ channel }) => channel)
}

/** The threads or posts of a channel that the viewer may read, newest first. */
export function threadsOf(own: ViewerGuild, parentId: string): BotChannel[] {
  return own.channels
    .filter((channel) => isThread(channel.type) && channel.parentId === parentId)
    .toSorted((a, b) => (BigInt(a.channelId) < BigInt(b.channelId) ? 1 : -1))
}

/** All threads that the viewer may read. */
export function allThreads(own: ViewerGuild): BotChannel[] {
  return own.channels.filter(({ type }) => isThread(type))
}

/** These channels or threads. Throws `not-found` when the viewer may not read one of them. */
export function pickChannels(own: ViewerGuild, channelIds: readonly string[]): BotChannel[] {
  const wanted = new Set(channelIds)
  const picked = own.channels.filter(({ channelId, type }) => wanted.has(channelId) && isScanned(type))
  if (picked.length === wanted.size) return picked
  throw new AppError('not-found', 'a channel is not readable', {
    publicMessage: 'channelIds: one of these channels does not exist, or you may not read it.',
  })
}

/** One channel or thread. Throws `not-found` when the viewer may not read it. */
export function requireChannel(own: ViewerGuild, channelId: string): BotChannel {
  const found = own.channels.find((channel) => channel.channelId === channelId && isScanned(channel.type))
  if (found) return found
  throw new AppError('not-found', `channel ${channelId} is not readable`, {
    publicMessage: 'This channel does not exist, or you may not read it.',
  })
}

function isScanned(type: string | null): boolean {
  return hasMessages(type) || HOLDS_POSTS.has(type ?? '')
}
