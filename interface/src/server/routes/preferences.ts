import { setShowsAgeRestricted } from '@dcs/shared/db'
import * as z from 'zod'
import { json, route } from '../route-handler.ts'
import { actorOf } from '../via.ts'
import { forgetGrants } from '../viewer.ts'

const body = z.strictObject({ showsAgeRestricted: z.boolean({ error: 'must be true or false' }) })

export const changePreferences = route({ body }, async ({ viewer, body }) => {
  await setShowsAgeRestricted(viewer.userId, body.showsAgeRestricted, actorOf(viewer).via)
  forgetGrants(viewer.userId)
  return json(body)
})
