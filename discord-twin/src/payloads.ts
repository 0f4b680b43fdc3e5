import {
  ChannelFlags,
  ChannelType,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildVerificationLevel,
  Locale,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10'
import type { TwinContext } from './context.ts'
import type { Attachment, Channel, Guild, Member, Message, Person, Role } from './world/types.ts'
import { dateOf } from './snowflake.ts'

/** An account as Discord sends it. */
export function userPayload(person: Person) {
  return {
    id: person.id,
    username: person.username,
    discriminator: person.bot ? '0001' : '0',
    global_name: person.globalName,
    avatar: person.avatar,
    bot: person.bot,
    public_flags: 0,
    flags: 0,
  }
}

export function rolePayload(role: Role) {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions.toString(),
    managed: false,
    mentionable: false,
    flags: 0,
  }
}

export function memberPayload({ world }: TwinContext, member: Member) {
  const person = world.people.get(member.userId)
  return {
    ...(person ? { user: userPayload(person) } : {}),
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: member.roleIds,
    joined_at: timestamp(member.joinedAt),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  }
}

/** A channel or thread with what its type has. */
export function channelPayload(channel: Channel) {
  const lastMessageId = channel.messages.last()?.id ?? null
  const common = {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId,
    flags: 0 as ChannelFlags,
  }
  if (channel.thread) {
    return {
      ...common,
      owner_id: channel.thread.ownerId,
      last_message_id: lastMessageId,
      message_count: channel.messages.length,
      member_count: 1,
      total_message_sent: channel.messages.length,
      rate_limit_per_user: 0,
      applied_tags: channel.thread.appliedTags,
      thread_metadata: {
        archived: channel.thread.archived,
        auto_archive_duration: 10_080,
        archive_timestamp: timestamp(channel.thread.archivedAt),
        locked: false,
        create_timestamp: timestamp(dateOf(channel.id)),
      },
    }
  }
  const placed = {
    ...common,
    position: channel.position,
    permission_overwrites: channel.overwrites,
    nsfw: channel.nsfw,
  }
  if (channel.type === ChannelType.GuildCategory) return placed
  const withMessages = { ...placed, topic: channel.topic, last_message_id: lastMessageId, rate_limit_per_user: 0 }
  if (channel.type === ChannelType.GuildVoice)
    return { ...withMessages, bitrate: 64_000, user_limit: 0, rtc_region: null }
  if (channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia) {
    const threads = {
      last_message_id: null,
      available_tags: [],
      default_reaction_emoji: null,
      default_sort_order: null,
      default_forum_layout: 0,
    }
    return { ...withMessages, ...threads }
  }
  return { ...withMessages, last_pin_timestamp: null }
}

/** A guild as REST sends it. */
export function guildPayload(guild: Guild) {
  return {
    id: guild.id,
    name: guild.name,
    icon: guild.icon,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: GuildVerificationLevel.Low,
    default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    roles: [...guild.roles.values()].map(rolePayload),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: GuildMFALevel.None,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    max_presences: null,
    max_members: 500_000,
    vanity_url_code: null,
    description: guild.description,
    banner: null,
    premium_tier: GuildPremiumTier.None,
    premium_subscription_count: 0,
    preferred_locale: Locale.EnglishUS,
    public_updates_channel_id: null,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    nsfw_level: GuildNSFWLevel.Default,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
    region: 'deprecated',
    hub_type: null,
    nsfw: false,
  }
}

/** An attachment with a freshly signed address. */
export function attachmentPayload({ url, signer, world }: TwinContext, file: Attachment) {
  const path = `/attachments/${file.channelId}/${file.id}/${file.fileName}`
  const address = `${url()}${path}?${signer.sign(path)}`
  const clip = file.clip && {
    clip_participants: file.clip.participantIds.flatMap((id) =>
      world.people.get(id) ? [userPayload(world.people.get(id) as Person)] : [],
    ),
    clip_created_at: timestamp(file.clip.createdAt),
    application: {
      id: '356875570916753438',
      name: file.clip.application,
      icon: null,
      description: '',
      verify_key: '',
      flags: 0,
    },
  }
  return {
    id: file.id,
    filename: file.fileName,
    size: file.sizeBytes,
    url: address,
    proxy_url: address,
    ...(file.contentType === null ? {} : { content_type: file.contentType, content_scan_version: 2 }),
    ...(file.width === null ? {} : { width: file.width, height: file.height }),
    ...(file.durationSeconds === null ? {} : { duration_secs: file.durationSeconds }),
    ...(file.thumbhash === null ? {} : { placeholder: file.thumbhash, placeholder_version: 1 }),
    ...(file.flags === 0 ? {} : { flags: file.flags }),
    ...clip,
  }
}

/** A message; without the intent for message content, what people wrote and attached is blank. */
export function messagePayload(context: TwinContext, message: Message) {
  const { world, application } = context
  const author = world.people.get(message.authorId)
  const visible = application.messageContent || message.authorId === world.botId
  const reference = message.forward
    ? {
        type: MessageReferenceType.Forward,
        guild_id: message.forward.guildId,
        channel_id: message.forward.channelId,
        message_id: message.forward.messageId,
      }
    : message.replyTo
      ? {
          type: MessageReferenceType.Default,
          guild_id: world.requireChannel(message.channelId).guildId,
          channel_id: message.channelId,
          message_id: message.replyTo,
        }
      : null
  return {
    id: message.id,
    channel_id: message.channelId,
    author: author
      ? userPayload(author)
      : { id: message.authorId, username: 'Deleted User', discriminator: '0', global_name: null, avatar: null },
    content: visible ? message.content : '',
    timestamp: timestamp(message.createdAt),
    edited_timestamp: message.editedAt ? timestamp(message.editedAt) : null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: visible ? message.attachments.map((file) => attachmentPayload(context, file)) : [],
    embeds: [],
    components: [],
    pinned: false,
    type: message.type,
    flags: message.forward ? message.flags | (1 << 14) : message.flags,
    ...(reference ? { message_reference: reference } : {}),
    ...(message.forward && visible
      ? { message_snapshots: [{ message: snapshotPayload(context, message.forward) }] }
      : {}),
  }
}

function snapshotPayload(context: TwinContext, forward: NonNullable<Message['forward']>) {
  return {
    type: MessageType.Default,
    content: forward.content,
    embeds: [],
    attachments: forward.attachments.map((file) => attachmentPayload(context, file)),
    timestamp: timestamp(forward.createdAt),
    edited_timestamp: null,
    flags: 0,
    mentions: [],
    mention_roles: [],
    components: [],
  }
}

/** Discord's form of a time: microseconds and an explicit zone. */
export function timestamp(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00')
}
