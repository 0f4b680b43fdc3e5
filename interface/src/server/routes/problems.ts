import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { listProblems } from '../problems.ts'
import { json, route } from '../route-handler.ts'
import { requireGuild } from '../viewer.ts'

const params = z.object({ id: zSnowflake })
const query = z.object({ after: z.uuid('must be the id of a problem').optional() })

export const problems = route({ params, query }, async ({ viewer, params, query }) =>
  json(await listProblems(requireGuild(viewer, params.id), query.after)),
)
