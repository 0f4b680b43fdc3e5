import * as z from 'zod'
import { defineJob } from './define.ts'

/** Erases what nobody is to see any more: hidden clips whose grace is over, and files that no clip uses. */
export const purge = defineJob({
  name: 'purge',
  payload: z.object({}),
  retryLimit: 5,
  retryDelaySeconds: 30,
  expireInSeconds: 3600,
  key: () => 'purge',
})
