import type { ClipRules } from '../domain/clips.ts'
import type { ChannelSettingsValues } from './values.ts'

/** The settings that decide what is a clip, as the rule takes them. */
export function toClipRules({ match }: Pick<ChannelSettingsValues, 'match'>): ClipRules {
  return {
    acceptVideo: match.accept_video,
    minVideoSeconds: match.min_video_seconds,
    mimeAllowlist: match.mime_allowlist.map((type) => type.toLowerCase()),
    videoExtensions: match.video_extensions.map((extension) => extension.toLowerCase()),
    textIncludeRegex: match.text_include_regex,
    textExcludeRegex: match.text_exclude_regex,
  }
}
