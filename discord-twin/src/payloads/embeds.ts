import type { APIEmbed, APIEmbedImage } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Attachment } from '../world/types.ts'
import { showMedia } from './media.ts'
import { timestamp } from './time.ts'

/** An embed with the addresses under which its pictures are shown; `files` are those that `attachment://` means. */
export function embedPayload(context: TwinContext, embed: APIEmbed, files: readonly Attachment[]): APIEmbed {
  const { image, thumbnail, video, author, footer, timestamp: date, ...rest } = embed
  const iconOf = (url: string) => {
    const { proxyUrl, url: shown } = showMedia(context, url, files)
    return { icon_url: shown, proxy_icon_url: proxyUrl }
  }
  return {
    ...rest,
    ...(date
      ? { timestamp: date.endsWith('Z') || !/[+-]\d\d:\d\d$/.test(date) ? timestamp(new Date(date)) : date }
      : {}),
    ...(image ? { image: picture(context, image, files) } : {}),
    ...(thumbnail ? { thumbnail: picture(context, thumbnail, files) } : {}),
    ...(video?.url ? { video: { ...video, ...picture(context, { ...video, url: video.url }, files) } } : {}),
    ...(author ? { author: { ...author, ...(author.icon_url ? iconOf(author.icon_url) : {}) } } : {}),
    ...(footer ? { footer: { ...footer, ...(footer.icon_url ? iconOf(footer.icon_url) : {}) } } : {}),
  }
}

function picture(context: TwinContext, image: APIEmbedImage, files: readonly Attachment[]): APIEmbedImage {
  const { url, proxyUrl, file } = showMedia(context, image.url, files)
  return {
    ...image,
    url,
    proxy_url: image.proxy_url ?? proxyUrl,
    ...(file?.width === undefined ? {} : { width: file.width, height: file.height }),
    ...(file?.content_type === undefined ? {} : { content_type: file.content_type }),
    ...(file?.placeholder === undefined
      ? {}
      : { placeholder: file.placeholder, placeholder_version: file.placeholder_version }),
  } as APIEmbedImage
}
