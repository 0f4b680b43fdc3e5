import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { takeTurns } from '../db/repositories/guild-turns.repo.ts'
import { defineJob } from './define.ts'

/** One turn of a scan run: reads the history of a channel, or looks at its stored clips again, until the run ends or others shall have their turn. */
export const scanChannel = defineJob({
  name: 'scan-channel',
  payload: z.object({
    runId: z.uuid(),
    guildId: zSnowflake,
    channelId: zSnowflake,
    /** Of the run. A job of an earlier turn does nothing. */
    turn: z.int().min(0).default(0),
  }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  expireInSeconds: 6 * 3600,
  key: ({ runId, turn }) => `${runId}:${turn}`,
  subject: ({ channelId }) => channelId,
  prioritize: async (payloads, db) =>
    (
      await takeTurns(
        payloads.map(({ guildId }) => guildId),
        'scan-channel',
        db,
      )
    ).map((turn) => -turn),
})
