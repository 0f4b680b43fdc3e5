import { abilitiesOn, type ClipView } from '@dcs/shared/db'
import { avatarUrl, isCdnUrl } from '@dcs/shared/discord'
import { isThread } from '@dcs/shared/domain'
import type { ClipItem } from '../lib/api-types.ts'
import { pictureUrl } from './picture-url.ts'
import type { ViewerGuild } from './viewer.ts'

/** A stored clip as a browser may see it; the signed address of Discord stays here. */
export function toClipItem(
  clip: ClipView,
  { cdnHosts, guilds }: { cdnHosts: readonly string[]; guilds: readonly Pick<ViewerGuild, 'access'>[] },
): ClipItem {
  const own = guilds.find(({ access }) => access.guildId === clip.guildId)
  const isReady = clip.state === 'ready'
  return {
    id: clip.id,
    guildId: clip.guildId,
    guildName: clip.guildName,
    channelId: clip.channelId,
    channelName: clip.channelName,
    isThread: isThread(clip.channelType),
    channelTags: clip.channelTags ?? [],
    authorName: clip.authorName,
    authorAvatar: pictureUrl(cdnHosts, clip.authorAvatar),
    isBot: clip.isBot,
    text: clip.messageContent,
    title: clip.title,
    givenTitle: clip.givenTitle,
    tags: clip.clipTags,
    visibility: clip.visibility,
    may: own ? abilitiesOn(own.access, clip) : { edit: false, tag: false, delete: false },
    description: clip.description,
    filename: clip.filename,
    sizeBytes: clip.objectSizeBytes ?? clip.sizeBytes,
    width: clip.width,
    height: clip.height,
    durationSeconds: clip.durationSeconds,
    placeholder: clip.placeholder,
    isSpoiler: clip.isSpoiler,
    isNativeClip: clip.isNativeClip,
    source: clip.source,
    linkUrl: toWebAddress(cdnHosts, clip.linkUrl),
    recordedAt: clip.recordedAt?.toISOString() ?? null,
    gameName: clip.gameName,
    participants: clip.participants.map(({ id, name, avatar }) => ({
      id,
      name,
      avatar: avatarUrl(cdnHosts, id, avatar),
    })),
    postedAt: clip.postedAt.toISOString(),
    editedAt: clip.editedAt?.toISOString() ?? null,
    state: clip.state,
    failureCode: clip.failureCode,
    failureMessage: clip.failureMessage,
    videoCodec: clip.videoCodec,
    audioCodec: clip.audioCodec,
    posterUrl: clip.posterSha256 ? `/api/clips/${clip.id}/poster?v=${clip.posterSha256.slice(0, 8)}` : null,
    videoUrl: isReady && clip.objectSha256 ? `/api/clips/${clip.id}/video` : null,
    discordUrl: `https://discord.com/channels/${clip.guildId}/${clip.channelId}/${clip.messageId}`,
  }
}

/** An address that may become a link of a page: what was posted can be anything, also a script. Signed addresses of Discord stay here. */
function toWebAddress(cdnHosts: readonly string[], posted: string | null): string | null {
  if (posted === null || !URL.canParse(posted) || isCdnUrl(cdnHosts, posted)) return null
  const { protocol, href } = new URL(posted)
  return protocol === 'https:' || protocol === 'http:' ? href : null
}
