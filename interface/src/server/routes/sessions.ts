import { endSession, endSessions } from '@dcs/shared/db'
import * as z from 'zod'
import { json, route } from '../route-handler.ts'
import { findSessions } from '../sessions.ts'

export const sessions = route({}, async ({ viewer, request }) =>
  json(await findSessions(viewer.userId, request.headers)),
)

const params = z.object({ session: z.string().regex(/^[\w-]{1,64}$/, 'must be the id of a session') })

export const endOneSession = route({ params }, async ({ viewer, request, params }) => {
  await endSession(viewer.userId, params.session)
  return json(await findSessions(viewer.userId, request.headers))
})

export const endAllSessions = route({}, async ({ viewer }) => json({ ended: await endSessions(viewer.userId) }))
