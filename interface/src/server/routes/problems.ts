import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { listProblems } from '../problems.ts'
import { retryProblems } from '../retry-problems.ts'
import { json, route } from '../route-handler.ts'
import { requireGuild } from '../viewer.ts'

const params = z.object({ id: zSnowflake })
const query = z.object({ after: z.uuid('must be the id of a problem').optional() })

export const problems = route(
  { params, query },
  async ({ viewer, params, query }) => json(await listProblems(requireGuild(viewer, params.id), query.after)),
  { scope: 'scans:read' },
)

const body = z.object({
  ids: z
    .array(z.uuid('must be the id of a problem'), { error: 'must be a list of ids of problems' })
    .min(1, 'must name at least one problem')
    .max(1000, 'names too many problems')
    .optional(),
})

export const retry = route(
  { params, body },
  async ({ context, viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    const result = await retryProblems(context, viewer, own, body.ids)
    return json({ ...result, ...(await listProblems(own)) }, { status: 202 })
  },
  { scope: 'scans:write' },
)
