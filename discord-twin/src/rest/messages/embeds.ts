import { EmbedType, type APIEmbed } from 'discord-api-types/v10'
import * as z from 'zod'
import { LIMITS } from './limits.ts'

/** Text of a form: numbers are taken as text, spaces around it are dropped, and null means nothing. */
export function zText(max: number) {
  return z.string().trim().max(max).nullish()
}

/** An address with one of these schemes. */
export function zUrl(...schemes: string[]) {
  return z
    .string()
    .max(2048)
    .superRefine((value, check) => {
      const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(value)?.[1]?.toLowerCase()
      const isKnown = scheme !== undefined && schemes.includes(scheme)
      if (isKnown && URL.canParse(value)) return
      check.addIssue({
        code: 'custom',
        params: { code: scheme === undefined || isKnown ? 'URL_TYPE_INVALID_URL' : 'URL_TYPE_INVALID_SCHEME' },
        message:
          scheme === undefined || isKnown
            ? 'Not a well formed URL.'
            : `Scheme "${scheme}" must be one of (${schemes.map((name) => `'${name}'`).join(', ')}).`,
      })
    })
}

const zLink = zUrl('http', 'https').nullish()
const zPicture = zUrl('http', 'https', 'attachment')
const zImage = z.object({ url: zPicture.nullish(), description: zText(4096) }).nullish()

/** An embed of a request. Only what an application can set stays; its type is always `rich`. */
export const zEmbed = z
  .object({
    title: zText(256),
    description: zText(4096),
    url: zLink,
    timestamp: z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date(), z.number()]).nullish(),
    color: z.int().min(0).max(0xffffff).nullish(),
    footer: z.object({ text: z.string().trim().max(2048), icon_url: zPicture.nullish() }).nullish(),
    author: z.object({ name: z.string().trim().max(256), url: zLink, icon_url: zPicture.nullish() }).nullish(),
    image: zImage,
    thumbnail: zImage,
    fields: z
      .array(
        z.object({
          name: z.string().trim().min(1).max(256),
          value: z.string().trim().min(1).max(1024),
          inline: z.boolean().nullish(),
        }),
      )
      .max(25)
      .nullish(),
  })
  .superRefine((embed, check) => {
    const { title, description, footer, author, image, thumbnail, fields } = embed
    const isShown =
      title || description || footer?.text || author?.name || image?.url || thumbnail?.url || fields?.length
    if (!isShown)
      check.addIssue({
        code: 'custom',
        path: ['description'],
        params: { code: 'BASE_TYPE_REQUIRED' },
        message: 'This field is required',
      })
  })
  .transform(toEmbed)

/** All embeds of a message, whose text has a limit together. */
export const zEmbeds = z
  .array(zEmbed)
  .max(LIMITS.embeds)
  .superRefine((embeds, check) => {
    if (embeds.reduce((sum, embed) => sum + textLength(embed), 0) > LIMITS.embedText)
      check.addIssue({
        code: 'custom',
        params: { code: 'MAX_EMBED_SIZE_EXCEEDED' },
        message: `Embed size exceeds maximum size of ${LIMITS.embedText}`,
      })
  })

type Embed = {
  timestamp?: string | number | null | undefined
  image?: { url?: string | null | undefined } | null | undefined
  thumbnail?: { url?: string | null | undefined } | null | undefined
  fields?: { name: string; value: string; inline?: boolean | null | undefined }[] | null | undefined
  [key: string]: unknown
}

function toEmbed(embed: Embed): APIEmbed {
  const { timestamp, image, thumbnail, fields, ...rest } = embed
  return withoutEmpty({
    type: EmbedType.Rich,
    ...rest,
    timestamp: timestamp === null || timestamp === undefined ? undefined : new Date(timestamp).toISOString(),
    image: image?.url ? image : undefined,
    thumbnail: thumbnail?.url ? thumbnail : undefined,
    fields: fields?.map(({ name, value, inline }) => ({ name, value, inline: inline ?? false })),
  }) as APIEmbed
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([, inner]) => inner !== undefined && inner !== null && inner !== '' && !(Array.isArray(inner) && !inner.length),
  )
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutEmpty(inner)]))
}

function textLength({ title, description, footer, author, fields }: APIEmbed): number {
  const texts = [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ]
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)
}
