import type * as z from 'zod'
import { fetchClip } from './fetch-clip.ts'
import { scanChannel } from './scan-channel.ts'
import { searchGuild } from './search-guild.ts'

/** Every job of the product. */
export const jobs = { 'scan-channel': scanChannel, 'search-guild': searchGuild, 'fetch-clip': fetchClip } as const

export type JobName = keyof typeof jobs
export type JobPayload<Name extends JobName> = z.output<(typeof jobs)[Name]['payload']>
