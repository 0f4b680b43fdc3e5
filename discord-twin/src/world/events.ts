import type { Channel, Guild, Member, Message, Person, Reaction, Role } from './types.ts'

/** Something that happened. The gateway turns it into a dispatch for every session that may know. */
export type WorldEvent =
  /** `guild-added` and `guild-removed` are about the bot; the others about a guild it is in. */
  | {
      kind: 'guild-added' | 'guild-updated' | 'guild-removed' | 'guild-outage-began' | 'guild-outage-ended'
      guildId: string
    }
  | { kind: 'channel-created' | 'channel-updated' | 'channel-deleted'; channel: Channel }
  | { kind: 'thread-members-changed'; thread: Channel; addedIds: string[]; removedIds: string[] }
  | { kind: 'pins-changed'; channel: Channel }
  | { kind: 'webhooks-changed'; channel: Channel }
  | { kind: 'role-created' | 'role-updated' | 'role-deleted'; guildId: string; role: Role }
  | { kind: 'member-added' | 'member-updated' | 'member-removed'; guildId: string; member: Member }
  | { kind: 'user-updated'; person: Person }
  /** `channel` is given because it may be gone when the event is looked at. */
  | {
      kind: 'message-created' | 'message-updated' | 'message-deleted'
      message: Message
      channel: Channel
      guild: Guild
    }
  | { kind: 'messages-deleted'; messageIds: string[]; messages?: Message[]; channel: Channel }
  | {
      kind: 'reaction-added' | 'reaction-removed'
      message: Message
      channel: Channel
      userId: string
      emoji: Reaction['emoji']
    }
  | { kind: 'vote-added' | 'vote-removed'; message: Message; channel: Channel; userId: string; answerId: number }
  /** `emoji` null: all of the message. */
  | { kind: 'reactions-cleared'; message: Message; channel: Channel; emoji: Reaction['emoji'] | null }
  | { kind: 'typing'; channel: Channel; userId: string }
  /** An interaction for the application; `payload` is what INTERACTION_CREATE carries. */
  | { kind: 'interaction-created'; guildId: string; payload: Record<string, unknown> }
