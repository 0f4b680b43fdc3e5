import { zSnowflake } from '@dcs/shared/core'
import { blockAuthor, unblockAuthor } from '@dcs/shared/db'
import * as z from 'zod'
import { ACCESS_SETTINGS, findGuildAccess, saveGuildAccess } from '../guild-access.ts'
import { listGuildAudit } from '../guild-audit.ts'
import { zPersonText } from '../person-text.ts'
import { json, route } from '../route-handler.ts'
import { requireManage } from '../scan-channels.ts'
import { actorOf } from '../via.ts'
import { requireGuild } from '../viewer.ts'

const params = z.object({ id: zSnowflake })
const options = { scope: 'guild:manage' } as const

export const guildAccess = route(
  { params },
  async ({ viewer, params }) => json(await findGuildAccess(requireGuild(viewer, params.id))),
  options,
)

// Whether a value is allowed is the registry's to say; here only that nothing else is set with it.
const settingsBody = z
  .strictObject(Object.fromEntries(ACCESS_SETTINGS.map((key) => [key, z.unknown().optional()])))
  .refine((patch) => Object.keys(patch).length > 0, 'must name at least one setting')

export const changeGuildAccess = route(
  { params, body: settingsBody },
  async ({ viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    await saveGuildAccess(own, body, actorOf(viewer))
    return json(await findGuildAccess(own))
  },
  options,
)

const blockBody = z.object({
  authorId: zSnowflake,
  reason: zPersonText.max(500, 'has more than 500 characters').nullish(),
})

export const block = route(
  { params, body: blockBody },
  async ({ viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    requireManage(own)
    await blockAuthor(own.access, { authorId: body.authorId, reason: body.reason || null, via: actorOf(viewer).via })
    return json(await findGuildAccess(own), { status: 201 })
  },
  options,
)

const unblockBody = z.object({ authorId: zSnowflake })

export const unblock = route(
  { params, body: unblockBody },
  async ({ viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    requireManage(own)
    await unblockAuthor(own.access, { authorId: body.authorId, via: actorOf(viewer).via })
    return json(await findGuildAccess(own))
  },
  options,
)

const auditQuery = z.object({
  before: z
    .string()
    .regex(/^\d{1,18}$/, 'must be where a page ended')
    .transform(BigInt)
    .optional(),
  action: z
    .string()
    .regex(/^[a-z-]{1,40}\.[a-z-]{1,40}$/, 'must be an action, such as "clip.remove"')
    .optional(),
})

export const audit = route(
  { params, query: auditQuery },
  async ({ viewer, params, query }) => json(await listGuildAudit(requireGuild(viewer, params.id), query)),
  options,
)
