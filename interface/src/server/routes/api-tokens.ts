import { revokeApiToken } from '@dcs/shared/db'
import * as z from 'zod'
import { findApiTokens, makeApiToken, SCOPES } from '../api-tokens.ts'
import { zPersonText } from '../person-text.ts'
import { json, route } from '../route-handler.ts'

// Without a scope: no token makes, lists or ends tokens.

export const apiTokens = route({}, async ({ viewer }) => json(await findApiTokens(viewer.userId)))

const createBody = z.object({
  name: zPersonText.min(1, 'must say what the token is for').max(80, 'has more than 80 characters'),
  scopes: z
    .array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` }), { error: 'must be a list of scopes' })
    .min(1, 'must have at least one scope'),
  days: z
    .int({ error: 'must be a whole number of days' })
    .min(1, 'must be between 1 and 365')
    .max(365, 'must be between 1 and 365'),
})

export const createToken = route({ body: createBody }, async ({ viewer, body }) => {
  const { token } = await makeApiToken(viewer.userId, body)
  return json({ token, ...(await findApiTokens(viewer.userId)) }, { status: 201 })
})

const params = z.object({ token: z.uuid('must be the id of a token') })

export const revokeToken = route({ params }, async ({ viewer, params }) => {
  await revokeApiToken(viewer.userId, params.token)
  return json(await findApiTokens(viewer.userId))
})
