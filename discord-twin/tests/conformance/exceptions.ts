import * as spec from 'discord-api-spec/zod'
import * as z from 'zod'

/** Discord's error tree: field names down to `_errors`, whose codes are words. */
const zErrorTree: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ _errors: z.array(z.strictObject({ code: z.string(), message: z.string() })).min(1) }),
    z.record(z.string(), zErrorTree),
  ]),
)

const guildChannel = spec.GuildChannelResponseSchema as { shape: Record<string, z.core.SomeType> }

/** Components that Discord's document describes otherwise than Discord and its documentation do. */
export const replacedSchemas: Record<string, { schema: z.core.$ZodType; reason: string }> = {
  ErrorResponse: {
    schema: z.strictObject({ code: z.int(), message: z.string().min(1), errors: zErrorTree.optional() }),
    reason: 'Codes inside `errors` are words such as BASE_TYPE_REQUIRED; the document has numbers.',
  },
  GuildChannelResponse: {
    schema: z.object({ ...guildChannel.shape, type: z.literal([0, 2, 4, 5, 13, 14, 15, 16]) }),
    reason: 'The documentation has media channels, type 16; the document lacks them.',
  },
  RatelimitedResponse: {
    schema: z.strictObject({
      message: z.string(),
      retry_after: z.number().min(0),
      global: z.boolean(),
      code: z.int().optional(),
    }),
    reason: 'The documentation of rate limits has `code` as optional; the document requires it.',
  },
}

/** Members of responses that the document lacks, as `Component.member`, each with where it comes from. */
export const undocumentedMembers: Record<string, string> = {
  'MessageAttachmentResponse.content_scan_version': 'Discord sends it with files it has looked at; no document has it.',
  'CreatedThreadResponse.message': 'The documentation of posts in forums has the first message in the answer.',
  'GuildResponse.hub_type': 'Discord sends it with every guild; clients have it in their types.',
  'GuildWithCountsResponse.hub_type': 'Discord sends it with every guild; clients have it in their types.',
}

type AcceptedValue = { accepts: (value: unknown) => boolean; reason: string }

/** Values of responses that the document forbids and Discord sends, by the end of their path. */
export const acceptedAnswers: Record<string, AcceptedValue> = {
  'message_reference.type': {
    accepts: (value) => value === 1,
    reason: 'A forward is a reference of type 1 in the documentation of messages; the document has 0 only.',
  },
  'resource.type': {
    accepts: (value) => value === 5,
    reason: 'The documentation has every kind of callback here; the document lacks the deferred one.',
  },
}

const permissions: AcceptedValue = {
  accepts: (value) => typeof value === 'string' && /^\d+$/.test(value),
  reason: 'The documentation has permissions as text, the document as a number; Discord takes both.',
}

/** Values of requests that the document forbids and Discord takes, by the end of their path. */
export const acceptedRequests: Record<string, AcceptedValue> = {
  allow: permissions,
  deny: permissions,
  permissions,
  default_member_permissions: permissions,
  'message_reference.type': {
    accepts: (value) => value === 1,
    reason: 'A forward is a reference of type 1 in the documentation of messages; the document has 0 only.',
  },
  // The first end that fits decides, so the shortest comes last.
  type: {
    accepts: (value) => value === 16,
    reason: 'The documentation has media channels, type 16; the document lacks them.',
  },
}

const zOauthError = z.strictObject({ error: z.string(), error_description: z.string().optional() })

/** Routes Discord documents in prose only, with what they take and answer. */
export const extraRoutes: Record<
  string,
  { request: z.core.$ZodType; responses: Record<string, z.core.$ZodType | null>; error?: z.core.$ZodType }
> = {
  'POST /attachments/refresh-urls': {
    request: z.object({ attachment_urls: z.array(z.string()).min(1).max(50) }),
    responses: {
      200: z.strictObject({
        refreshed_urls: z.array(z.strictObject({ original: z.string(), refreshed: z.nullable(z.string()) })),
      }),
    },
  },
  'POST /oauth2/token': {
    request: z.object({ grant_type: z.enum(['authorization_code', 'refresh_token', 'client_credentials']) }),
    responses: {
      200: z.object({
        token_type: z.literal('Bearer'),
        access_token: z.string(),
        expires_in: z.int(),
        refresh_token: z.string().optional(),
        guild: z.unknown().optional(),
        scope: z.string(),
      }),
    },
    error: zOauthError,
  },
  'POST /oauth2/token/revoke': {
    request: z.object({ token: z.string() }),
    responses: { 200: z.strictObject({}) },
    error: zOauthError,
  },
}
