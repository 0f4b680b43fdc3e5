import type * as z from 'zod'
import { erase } from './erase.ts'
import { fetchClip } from './fetch-clip.ts'
import { listThreads } from './list-threads.ts'
import { purge } from './purge.ts'
import { scanChannel } from './scan-channel.ts'
import { searchGuild } from './search-guild.ts'

/** Every job of the product. */
export const jobs = {
  'scan-channel': scanChannel,
  'list-threads': listThreads,
  'search-guild': searchGuild,
  purge,
  erase,
  'fetch-clip': fetchClip,
} as const

export type JobName = keyof typeof jobs
export type JobPayload<Name extends JobName> = z.output<(typeof jobs)[Name]['payload']>
