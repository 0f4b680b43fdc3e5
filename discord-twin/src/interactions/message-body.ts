import { ComponentType, EmbedType, type APIEmbed } from 'discord-api-types/v10'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { ApiError } from '../rest/errors.ts'
import { parseForm } from '../rest/form.ts'
import type { RawComponent } from '../world/types.ts'
import type { Upload } from '../world/uploads.ts'

/** A file of a multipart request with the number in its field name. */
export type Part = { index: string; name: string; bytes: Buffer; contentType: string | null }

const zEmbed = z.looseObject({
  fields: z
    .array(
      z.looseObject({
        name: z.string().max(256),
        value: z.string().max(1024),
        inline: z
          .boolean()
          .nullish()
          .transform((inline) => inline ?? false),
      }),
    )
    .max(25)
    .optional(),
})
const zMessage = z.object({
  content: z.string().max(2000).nullish(),
  embeds: z.array(zEmbed).max(10).nullish(),
  components: z
    .array(z.looseObject({ type: z.int() }))
    .max(40)
    .nullish(),
  flags: z.int().nullish(),
  attachments: z
    .array(
      z.object({
        id: z.union([z.string(), z.number()]).transform(String),
        filename: z.string().nullish(),
        description: z.string().max(1024).nullish(),
      }),
    )
    .max(10)
    .nullish(),
})

/** What a request says a message should be; what it does not name is undefined. */
export type MessageBody = {
  content?: string
  embeds?: APIEmbed[]
  components?: RawComponent[]
  flags: number
  uploads: Upload[]
  /** Attachments that stay; undefined: all. */
  keptIds?: string[]
}

/** Reads JSON or multipart with `payload_json`. */
export async function readParts(request: FastifyRequest): Promise<{ payload: unknown; parts: Part[] }> {
  if (!request.isMultipart()) return { payload: request.body ?? {}, parts: [] }
  let payload: unknown = {}
  const parts: Part[] = []
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const index = /\d+/.exec(part.fieldname)?.[0] ?? '0'
      parts.push({ index, name: part.filename, bytes: await part.toBuffer(), contentType: part.mimetype })
    } else if (part.fieldname === 'payload_json')
      // A part that says it is JSON is parsed already.
      payload = typeof part.value === 'string' ? parseJson(part.value) : part.value
  }
  return { payload, parts }
}

/** Throws Discord's form error. */
export function parseMessage(value: unknown, parts: readonly Part[]): MessageBody {
  const { content, embeds, components, flags, attachments } = parseForm(zMessage, value)
  const uploads = parts.map((part) => {
    const about = attachments?.find(({ id }) => id === part.index)
    return {
      name: about?.filename ?? part.name,
      bytes: part.bytes,
      contentType: part.contentType,
      ...(about?.description ? { description: about.description } : {}),
    }
  })
  const kept = attachments?.map(({ id }) => id).filter((id) => !parts.some(({ index }) => index === id))
  return {
    ...(content === undefined ? {} : { content: content ?? '' }),
    ...(embeds === undefined ? {} : { embeds: (embeds ?? []).map(completeEmbed) }),
    ...(components === undefined ? {} : { components: completeComponents(components ?? []) }),
    flags: flags ?? 0,
    uploads,
    ...(kept ? { keptIds: kept } : {}),
  }
}

/** Throws 50006 for a message with nothing in it. */
export function requireContent({ content, embeds, components, uploads }: MessageBody): void {
  if (!content && !embeds?.length && !components?.length && uploads.length === 0)
    throw new ApiError(400, 50_006, 'Cannot send an empty message')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(400, 50_109, 'The request body contains invalid JSON.')
  }
}

/** Components with what Discord adds: ids, counted from 1, and how many values a choice takes. */
function completeComponents(components: readonly RawComponent[]): RawComponent[] {
  let last = 0
  const complete = (component: RawComponent): RawComponent => {
    const { id, components: inner, component: labelled, accessory } = component
    last = Math.max(last + 1, typeof id === 'number' ? id : 0)
    const completed: RawComponent = { ...component, id: id || last }
    if (
      component.type === ComponentType.StringSelect ||
      (component.type >= ComponentType.UserSelect && component.type <= ComponentType.ChannelSelect)
    )
      Object.assign(completed, { min_values: component['min_values'] ?? 1, max_values: component['max_values'] ?? 1 })
    if (Array.isArray(inner)) completed['components'] = inner.map(complete)
    if (accessory) completed['accessory'] = complete(accessory as RawComponent)
    if (labelled) completed['component'] = complete(labelled as RawComponent)
    return completed
  }
  return components.map(complete)
}

function completeEmbed(embed: z.output<typeof zEmbed>): APIEmbed {
  const { fields, ...rest } = embed
  return { ...rest, ...(fields ? { fields } : {}), type: EmbedType.Rich }
}
