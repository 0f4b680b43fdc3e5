import type { ClipView } from '@dcs/shared/db'
import type { ClipItem } from '../lib/api-types.ts'
import { pictureUrl } from './picture-url.ts'

/** A stored clip as a browser may see it; the signed address of Discord stays here. */
export function toClipItem(clip: ClipView, cdnHosts: readonly string[]): ClipItem {
  const isReady = clip.state === 'ready'
  return {
    id: clip.id,
    guildId: clip.guildId,
    guildName: clip.guildName,
    channelId: clip.channelId,
    channelName: clip.channelName,
    authorName: clip.authorName,
    authorAvatar: pictureUrl(cdnHosts, clip.authorAvatar),
    text: clip.messageContent,
    filename: clip.filename,
    sizeBytes: clip.objectSizeBytes ?? clip.sizeBytes,
    width: clip.width,
    height: clip.height,
    durationSeconds: clip.durationSeconds,
    placeholder: clip.placeholder,
    isSpoiler: clip.isSpoiler,
    isNativeClip: clip.isNativeClip,
    isForward: clip.source === 'forward',
    postedAt: clip.postedAt.toISOString(),
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
