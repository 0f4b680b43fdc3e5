import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** A guild that is not available for a while. */
export const guildOutage = defineFault({
  kind: 'guild-outage',
  doc: 'A guild is unavailable, as the gateway tells its sessions, until the fault ends.',
  strikes: 'time',
  options: {
    guild: z
      .string()
      .regex(/^\d{1,20}$/, 'must be an id')
      .describe('Id of the guild.'),
  },
  create: ({ guild }, { world, countStrike }) => {
    world.requireGuild(guild)
    let hasBegun = false
    return {
      begin: () => {
        hasBegun = true
        world.setOutage(guild, true)
        countStrike()
      },
      end: () => {
        if (hasBegun && world.guilds.has(guild)) world.setOutage(guild, false)
      },
    }
  },
})
