import type { APIApplication } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Attachment } from '../world/types.ts'
import { accountPayload } from './accounts.ts'
import { timestamp } from './time.ts'

/** An attachment with a freshly signed address (https://docs.discord.com/developers/resources/message#attachment-object). */
export function attachmentPayload(context: TwinContext, file: Attachment) {
  return {
    id: file.id,
    filename: file.fileName,
    size: file.sizeBytes,
    url: attachmentUrl(context, file),
    proxy_url: attachmentUrl(context, file, context.mediaUrl()),
    ...(file.title === null ? {} : { title: file.title }),
    ...(file.description === null ? {} : { description: file.description }),
    ...(file.contentType === null ? {} : { content_type: file.contentType, content_scan_version: 2 }),
    ...(file.width === null ? {} : { width: file.width, height: file.height }),
    ...(file.durationSeconds === null ? {} : { duration_secs: file.durationSeconds }),
    ...(file.waveform === undefined ? {} : { waveform: file.waveform }),
    ...(file.thumbhash === null ? {} : { placeholder: file.thumbhash, placeholder_version: 1 }),
    ...(file.flags === 0 ? {} : { flags: file.flags }),
    ...(file.clip ? clipFields(context, file.clip) : {}),
  }
}

/** The address of a file with a signature made now; the media proxy takes the same one. */
export function attachmentUrl({ url, signer }: TwinContext, file: Attachment, host = url()): string {
  const path = `/attachments/${file.channelId}/${file.id}/${file.fileName}`
  return `${host}${path}?${signer.sign(path)}`
}

function clipFields({ world }: TwinContext, clip: NonNullable<Attachment['clip']>) {
  return {
    clip_participants: clip.participantIds.map((id) => accountPayload(world, id)),
    clip_created_at: timestamp(clip.createdAt),
    application: {
      id: '356875570916753438',
      name: clip.application,
      icon: null,
      description: '',
      verify_key: '',
      flags: 0,
      flags_new: '0',
      type: null,
    } as unknown as APIApplication,
  }
}
