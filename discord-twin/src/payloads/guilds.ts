import {
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  type GuildFeature,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildVerificationLevel,
  Locale,
} from 'discord-api-types/v10'
import type { Guild } from '../world/types.ts'
import { rolePayload } from './accounts.ts'

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
    afk_timeout: 300 as const,
    verification_level: GuildVerificationLevel.Low,
    default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    roles: [...guild.roles.values()].map(rolePayload),
    emojis: [],
    stickers: [],
    features: [] as GuildFeature[],
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
    home_header: null,
    widget_enabled: false,
    widget_channel_id: null,
    premium_progress_bar_enabled_user_updated_at: null,
    nsfw: false,
    ...guild.settings,
  }
}

/** How many members a guild has, and how many of them are there: in the twin nobody is offline. */
export function guildCounts(guild: Guild) {
  return { approximate_member_count: guild.members.size, approximate_presence_count: guild.members.size }
}

/** A guild as those see it who are not in it. */
export function guildPreviewPayload(guild: Guild) {
  const { id, name, icon, description, splash, discovery_splash, features, emojis, stickers, home_header } =
    guildPayload(guild)
  const shown = { id, name, icon, description, splash, discovery_splash, features, emojis, stickers, home_header }
  return { ...shown, ...guildCounts(guild) }
}
