import { listen } from '@dcs/shared/db'
import { getContext } from './context.ts'

/** Something changed in a guild; `guildId` null: news may have been missed, look again. */
export type LiveEvent = { kind: 'scan' | 'clips'; guildId: string | null }

type Subscriber = (event: LiveEvent) => Promise<void>

/** A scan of many clips reports each; a browser needs to know only that there is something new. */
const PAUSE_MS = 250

const subscribers = new Set<Subscriber>()
const waiting = new Map<string, LiveEvent>()
let timer: NodeJS.Timeout | undefined
let listening: Promise<{ stop: () => Promise<void> }> | undefined

/** Calls back for every change until the returned function is called. One database connection serves all. */
export async function subscribe(subscriber: Subscriber): Promise<() => void> {
  await getContext()
  listening ??= startListening()
  await listening
  subscribers.add(subscriber)
  return () => void subscribers.delete(subscriber)
}

/** Closes the connection that listens. */
export async function stopLiveEvents(): Promise<void> {
  const current = listening
  listening = undefined
  clearTimeout(timer)
  subscribers.clear()
  await (await current?.catch(() => null))?.stop()
}

function startListening(): Promise<{ stop: () => Promise<void> }> {
  return listen(['dcs_scan', 'dcs_clips'], {
    onNotification: (channel, guildId) => publish({ kind: channel === 'dcs_scan' ? 'scan' : 'clips', guildId }),
    onGap: () => {
      publish({ kind: 'scan', guildId: null })
      publish({ kind: 'clips', guildId: null })
    },
  }).catch((error: unknown) => {
    listening = undefined
    throw error
  })
}

function publish(event: LiveEvent): void {
  waiting.set(`${event.kind} ${event.guildId}`, event)
  timer ??= setTimeout(() => {
    timer = undefined
    const events = [...waiting.values()]
    waiting.clear()
    for (const subscriber of subscribers)
      for (const waited of events)
        subscriber(waited).catch(() => {
          // It cannot be told whether they may know: then they are not told.
        })
  }, PAUSE_MS)
}
