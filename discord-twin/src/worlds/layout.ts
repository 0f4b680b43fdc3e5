import { ChannelType } from 'discord-api-types/v10'

/** Who may do what in a channel of a large world. */
export type Access =
  /** Every member. */
  | 'everyone'
  /** Members with the role Veteran, and the bot. */
  | 'veterans'
  /** Members with the role Moderator, and the bot. */
  | 'moderators'
  /** Moderators; the bot does not see it. */
  | 'hidden-from-bot'
  /** Every member; the bot sees the channel and not its past. */
  | 'no-history-for-bot'

/** A channel or thread that holds messages. `parent` names an earlier entry, whose access a thread has. */
export type Place = {
  name: string
  type: ChannelType
  access: Access
  /** Share of the messages and of the clips, compared to the others. */
  messages: number
  clips: number
  nsfw?: boolean
  parent?: string
  archived?: boolean
}

const { GuildText, GuildAnnouncement, GuildVoice, PublicThread, PrivateThread } = ChannelType

/** What a guild of a large world has, over and over; forums (`highlights`, `gallery`) hold no messages and are made with their first post. */
export const layout: readonly Place[] = [
  { name: 'general', type: GuildText, access: 'everyone', messages: 3, clips: 1 },
  { name: 'clips', type: GuildText, access: 'everyone', messages: 2, clips: 6 },
  { name: 'best of the season', type: PublicThread, access: 'everyone', messages: 0.3, clips: 2, parent: 'clips' },
  { name: 'veterans', type: GuildText, access: 'veterans', messages: 1, clips: 1 },
  { name: 'staff', type: GuildText, access: 'moderators', messages: 1, clips: 0.5 },
  { name: 'goals of the month', type: PublicThread, access: 'everyone', messages: 0.2, clips: 1, parent: 'highlights' },
  { name: 'after-dark', type: GuildText, access: 'everyone', messages: 1, clips: 1, nsfw: true },
  { name: 'owners-room', type: GuildText, access: 'hidden-from-bot', messages: 0.5, clips: 0.5 },
  { name: 'no-history', type: GuildText, access: 'no-history-for-bot', messages: 0.5, clips: 0.5 },
  {
    name: 'last summer',
    type: PublicThread,
    access: 'everyone',
    messages: 0.3,
    clips: 1,
    parent: 'clips',
    archived: true,
  },
  { name: 'surprise party', type: PrivateThread, access: 'everyone', messages: 0.2, clips: 0.3, parent: 'general' },
  {
    name: 'old plans',
    type: PrivateThread,
    access: 'everyone',
    messages: 0.2,
    clips: 0.3,
    parent: 'general',
    archived: true,
  },
  { name: 'Lobby', type: GuildVoice, access: 'everyone', messages: 0.5, clips: 0.3 },
  { name: 'news', type: GuildAnnouncement, access: 'everyone', messages: 0.2, clips: 0.2 },
  { name: 'funniest fail', type: PublicThread, access: 'everyone', messages: 0.2, clips: 1, parent: 'gallery' },
  {
    name: 'first wins',
    type: PublicThread,
    access: 'everyone',
    messages: 0.2,
    clips: 1,
    parent: 'highlights',
    archived: true,
  },
  { name: 'neon-drift', type: GuildText, access: 'everyone', messages: 1, clips: 1 },
  { name: 'hexflight', type: GuildText, access: 'everyone', messages: 1, clips: 1 },
  { name: 'off-topic', type: GuildText, access: 'everyone', messages: 2, clips: 0.2 },
  { name: 'looking-for-group', type: GuildText, access: 'everyone', messages: 1, clips: 0.2 },
]

/** Shares out a whole number by weights, so that the sum is exact and nobody gets more than their limit. */
export function shareOut(total: number, weights: readonly number[], limits?: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  const limit = (index: number) => limits?.[index] ?? total
  const shares = weights.map((weight, index) => Math.min(limit(index), Math.floor((total * weight) / sum)))
  let rest = total - shares.reduce((a, b) => a + b, 0)
  while (rest > 0) {
    const before = rest
    for (const [index, share] of shares.entries()) {
      if (rest === 0 || share >= limit(index)) continue
      shares[index] = share + 1
      rest -= 1
    }
    if (rest === before) throw new RangeError(`${total} of them do not fit.`)
  }
  return shares
}
