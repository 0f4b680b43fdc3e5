import type { ClipRules } from '../domain/clip-types.ts'
import { compilePattern } from '../domain/patterns.ts'
import type { ChannelSettingsValues, GuildSettingsValues } from './values.ts'

/** The settings that decide what is a clip, as the rule takes them. */
export function toClipRules(
  { match }: Pick<ChannelSettingsValues, 'match'>,
  { keep_message_text: keepsText }: Pick<GuildSettingsValues, 'keep_message_text'>,
  discord: Pick<ClipRules, 'cdnHosts' | 'botUserId'>,
): ClipRules {
  return {
    acceptVideo: match.accept_video,
    minVideoSeconds: match.min_video_seconds,
    maxVideoSeconds: match.max_video_seconds,
    maxSizeBytes: Math.floor(match.max_size_mb * 1_000_000),
    mimeAllowlist: match.mime_allowlist.map((type) => type.toLowerCase()),
    videoExtensions: match.video_extensions.map((extension) => extension.toLowerCase()),
    textInclude: match.text_include_regex === null ? null : compilePattern(match.text_include_regex),
    textExclude: match.text_exclude_regex === null ? null : compilePattern(match.text_exclude_regex),
    acceptBots: match.accept_bots,
    acceptEmbeds: match.accept_embeds,
    keepsText,
    linkHosts: match.link_hosts.map((host) => host.toLowerCase()),
    cdnHosts: discord.cdnHosts,
    botUserId: discord.botUserId,
  }
}
