import type * as z from 'zod'
import type { Executor } from '../db/database.ts'

/** The contract of a job: what a producer sends and a worker gets. */
export type JobDefinition<Name extends string = string, Schema extends z.ZodType = z.ZodType> = {
  name: Name
  payload: Schema
  /** Tries after the first, for failures that may pass. */
  retryLimit: number
  /** Seconds before the first retry; doubles each time, up to ten minutes. */
  retryDelaySeconds: number
  /** A job that takes longer is given up and tried again. */
  expireInSeconds: number
  /** At most one job with the same key waits or runs. */
  key: (payload: z.output<Schema>) => string
  /** What a failure is about, where that is more than one key: a later job about the same that succeeds ends the failure. The key when left out. */
  subject?: (payload: z.output<Schema>) => string
  /** The priorities of jobs for which none was given; 0 when left out. */
  prioritize?: (payloads: readonly z.output<Schema>[], db: Executor) => Promise<number[]>
}

/** Declares a job. */
export function defineJob<Name extends string, Schema extends z.ZodType>(
  definition: JobDefinition<Name, Schema>,
): JobDefinition<Name, Schema> {
  return definition
}
