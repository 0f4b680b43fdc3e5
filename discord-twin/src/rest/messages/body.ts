import * as z from 'zod'
import type { RawComponent } from '../../world/types.ts'
import type { Upload } from '../../world/uploads.ts'
import { invalidForm } from '../errors.ts'
import { parseForm } from '../form.ts'
import { zSnowflake } from '../shapes.ts'
import { zEmbeds } from './embeds.ts'
import { LIMITS } from './limits.ts'
import type { Part } from './multipart.ts'

const zMentions = z.object({
  parse: z.array(z.enum(['users', 'roles', 'everyone'])).nullish(),
  users: z.array(zSnowflake).max(100).nullish(),
  roles: z.array(zSnowflake).max(100).nullish(),
  replied_user: z.boolean().nullish(),
})

const zAttachment = z.object({
  id: zSnowflake,
  filename: z.string().min(1).max(1024).nullish(),
  title: z.string().max(1024).nullish(),
  description: z.string().max(1024).nullish(),
  is_spoiler: z.boolean().nullish(),
  duration_secs: z.number().min(0).nullish(),
  waveform: z.string().max(400).nullish(),
})

const zPollEmoji = z.object({ id: zSnowflake.nullish(), name: z.string().max(32).nullish() })

const zPoll = z.object({
  question: z.object({ text: z.string().trim().min(1).max(300) }),
  answers: z
    .array(z.object({ poll_media: z.object({ text: z.string().trim().min(1).max(55), emoji: zPollEmoji.nullish() }) }))
    .min(1)
    .max(10),
  duration: z.int().min(1).max(768).nullish(),
  allow_multiselect: z.boolean().nullish(),
  layout_type: z.literal(1).nullish(),
})

const zCommon = z.object({
  content: z.string().trim().max(LIMITS.content).nullish(),
  embeds: zEmbeds.nullish(),
  components: z.array(z.looseObject({ type: z.int() })).nullish(),
  flags: z.int().nullish(),
  allowed_mentions: zMentions.nullish(),
  attachments: z.array(zAttachment).max(LIMITS.files).nullish(),
})

/** A message to post (https://docs.discord.com/developers/resources/message#create-message-jsonform-params). */
export const zCreate = zCommon.extend({
  tts: z.boolean().nullish(),
  nonce: z.union([z.int(), z.string().max(LIMITS.nonce)]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  message_reference: z
    .object({
      type: z.literal([0, 1]).nullish(),
      message_id: zSnowflake,
      channel_id: zSnowflake.nullish(),
      guild_id: zSnowflake.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
    })
    .nullish(),
  sticker_ids: z.array(zSnowflake).max(3).nullish(),
  poll: zPoll.nullish(),
})

/** A change of a message; what is not named stays. */
export const zEdit = zCommon

export type CreateBody = z.output<typeof zCreate>
export type EditBody = z.output<typeof zEdit>
export type AllowedMentions = z.output<typeof zMentions>
export type AttachmentBody = z.output<typeof zAttachment>

/** Parses the body of a request. Throws Discord's form error. */
export function parseBody<T extends z.ZodType>(schema: T, payload: unknown): z.output<T> {
  return parseForm(schema, payload)
}

/** Uploaded files with what `attachments` says of each. `knownIds` are files the message has already; other ids must be uploads. */
export function toMessageUploads(
  parts: readonly Part[],
  attachments: readonly AttachmentBody[],
  knownIds: readonly string[] = [],
): Upload[] {
  for (const [index, { id }] of attachments.entries())
    if (!knownIds.includes(id) && !parts.some((part) => part.index === id))
      throw invalidForm(`attachments.${index}`, 'ATTACHMENT_NOT_FOUND', 'Attachment data not found')
  return parts.map(({ index, name, bytes, contentType }) => {
    const about = attachments.find(({ id }) => id === index)
    return {
      name: about?.filename ?? name,
      bytes,
      contentType,
      ...(about?.title ? { title: about.title } : {}),
      ...(about?.description ? { description: about.description } : {}),
      ...(typeof about?.is_spoiler === 'boolean' ? { spoiler: about.is_spoiler } : {}),
      ...(about?.waveform && typeof about.duration_secs === 'number'
        ? { voice: { durationSeconds: about.duration_secs, waveform: about.waveform } }
        : {}),
    }
  })
}

/** Components as they came; `parseComponents` looks into them. */
export function rawComponents({ components }: Pick<EditBody, 'components'>): RawComponent[] {
  return components ?? []
}
