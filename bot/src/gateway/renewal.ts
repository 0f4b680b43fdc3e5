import type { Logger } from '@dcs/shared/core'
import { MINUTE, SECOND } from '@dcs/shared/core'

/** What was missed together is answered with one new session. */
const DELAY_MS = SECOND
/** Discord lets a bot begin 1,000 sessions a day (https://docs.discord.com/developers/events/gateway#session-start-limit-object). */
const PAUSE_MS = 5 * MINUTE

/** Asks for new sessions; `isDown`: there are none now. */
export type Renewal = { request: (isDown?: boolean) => void; stop: () => Promise<void> }

/** Has `renew` called soon after a request, for all requests until then together; not more often than every five minutes as long as there is a session. Stopping ends its signal and waits for it. */
export function createRenewal(renew: (signal: AbortSignal) => Promise<void>, log: Logger): Renewal {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let notBefore = 0
  const begin = () => {
    timer = undefined
    notBefore = Date.now() + PAUSE_MS
    running = renew(stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) log.error({ err: error }, 'a new session could not be begun')
    })
  }
  return {
    request: (isDown = false) => {
      if (stopping.signal.aborted) return
      if (isDown) clearTimeout(timer)
      if (isDown) timer = setTimeout(begin, DELAY_MS).unref()
      else timer ??= setTimeout(begin, Math.max(DELAY_MS, notBefore - Date.now())).unref()
    },
    stop: async () => {
      stopping.abort(new Error('The bot stops.'))
      clearTimeout(timer)
      await running
    },
  }
}
