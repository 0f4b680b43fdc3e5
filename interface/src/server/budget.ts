import { requireToken } from '@dcs/shared/config'
import { rateUsage } from '@dcs/shared/db'
import { tokenKey } from '@dcs/shared/discord'
import type { BudgetItem } from '../lib/api-types.ts'
import { getContext } from './context.ts'

const STOPPED =
  'Discord refused too many requests of the bot in the last minutes. Everything waits, so that Discord does not shut the bot out.'

/** How much of what Discord allows is used by all programs together; null before the first request. */
export async function findBudget(): Promise<BudgetItem | null> {
  const { config } = await getContext()
  if (config.discord.token === undefined) return null
  const usage = await rateUsage(tokenKey(requireToken(config)))
  if (usage.requestsPerSecond === 0) return null
  return {
    usedPerSecond: usage.usedLastSecond,
    allowedPerSecond: usage.requestsPerSecond,
    stopped: usage.isStopped ? { reason: STOPPED, until: usage.stoppedUntil?.toISOString() ?? null } : null,
  }
}
