import type { APIOverwrite, ChannelType, MessageType } from 'discord-api-types/v10'

/** An account. `avatar` names a file of media/avatars. */
export type Person = { id: string; username: string; globalName: string | null; avatar: string | null; bot: boolean }

export type Role = { id: string; name: string; permissions: bigint; position: number; color: number }

export type Member = { userId: string; roleIds: string[]; joinedAt: Date; nick: string | null }

/** A guild; `icon` names a file of media/icons. The role with the guild's id is @everyone. */
export type Guild = {
  id: string
  name: string
  icon: string | null
  ownerId: string
  description: string | null
  roles: Map<string, Role>
  members: Map<string, Member>
}

/** A channel or thread. Messages are in order of their ids, oldest first. */
export type Channel = {
  id: string
  guildId: string
  type: ChannelType
  name: string
  position: number
  parentId: string | null
  topic: string | null
  nsfw: boolean
  overwrites: APIOverwrite[]
  messages: Message[]
  thread: { ownerId: string; archived: boolean; archivedAt: Date; appliedTags: string[] } | null
}

/** An uploaded file. `channelId` is where it was uploaded, which a forward keeps. */
export type Attachment = {
  id: string
  channelId: string
  fileName: string
  contentType: string | null
  sizeBytes: number
  width: number | null
  height: number | null
  durationSeconds: number | null
  thumbhash: string | null
  flags: number
  content: { path: string } | { bytes: Buffer }
  /** Key of the media file, for those who compare with the truth. */
  mediaKey: string | null
  clip: { participantIds: string[]; application: string; createdAt: Date } | null
}

export type Message = {
  id: string
  channelId: string
  authorId: string
  type: MessageType
  content: string
  flags: number
  createdAt: Date
  editedAt: Date | null
  attachments: Attachment[]
  forward: {
    guildId: string
    channelId: string
    messageId: string
    content: string
    attachments: Attachment[]
    createdAt: Date
  } | null
  replyTo: string | null
}
