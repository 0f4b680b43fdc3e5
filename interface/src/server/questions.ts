import { SECOND } from '@dcs/shared/core'

/** What viewers of one guild may use of the bot's requests together: of the 50 a second that Discord allows, ten on average. */
const MAX_PER_GUILD = 100
const PERIOD_MS = 10 * SECOND

/** Asks Discord things about people in guilds. */
export type Questions<T> = {
  /** The answer to a question, which is asked once however many wait for it; 'too-many' when its guild has had its part of the requests for now. */
  ask: (guildId: string, key: string, question: () => Promise<T>) => Promise<T | 'too-many'>
}

/** Questions of one kind; many viewers of one guild cannot use up what the bot may ask. */
export function createQuestions<T>(now: () => number = Date.now): Questions<T> {
  const open = new Map<string, Promise<T>>()
  const periods = new Map<string, { until: number; count: number }>()
  const isAllowed = (guildId: string): boolean => {
    const at = now()
    for (const [id, { until }] of periods) if (until <= at) periods.delete(id)
    const period = periods.get(guildId) ?? { until: at + PERIOD_MS, count: 0 }
    if (period.count >= MAX_PER_GUILD) return false
    periods.set(guildId, { ...period, count: period.count + 1 })
    return true
  }
  return {
    ask: async (guildId, key, question) => {
      const id = `${guildId} ${key}`
      const waiting = open.get(id)
      if (waiting) return waiting
      if (!isAllowed(guildId)) return 'too-many'
      const answer = question().finally(() => open.delete(id))
      open.set(id, answer)
      return answer
    },
  }
}
