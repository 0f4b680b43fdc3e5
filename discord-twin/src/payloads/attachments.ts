import type { TwinContext } from '../context.ts'
import type { Attachment, Person } from '../world/types.ts'
import { userPayload } from './accounts.ts'
import { timestamp } from './time.ts'

/** An attachment with a freshly signed address. */
export function attachmentPayload({ url, mediaUrl, signer, world }: TwinContext, file: Attachment) {
  const path = `/attachments/${file.channelId}/${file.id}/${file.fileName}`
  const signature = signer.sign(path)
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
      flags_new: '0',
      type: null,
    },
  }
  return {
    id: file.id,
    filename: file.fileName,
    size: file.sizeBytes,
    url: `${url()}${path}?${signature}`,
    proxy_url: `${mediaUrl()}${path}?${signature}`,
    ...(file.contentType === null ? {} : { content_type: file.contentType, content_scan_version: 2 }),
    ...(file.width === null ? {} : { width: file.width, height: file.height }),
    ...(file.durationSeconds === null ? {} : { duration_secs: file.durationSeconds }),
    ...(file.thumbhash === null ? {} : { placeholder: file.thumbhash, placeholder_version: 1 }),
    ...(file.flags === 0 ? {} : { flags: file.flags }),
    ...clip,
  }
}
