import { listen, readAccessChange, readPlaceChange, type AccessChange } from '@dcs/shared/db'
import { getContext } from './context.ts'

/**
 * Something changed in a guild; `guildId` null: in any, or news may have been missed: look again. `channelId`: in this channel, and only for those who see it. `userId`: only
 * for this person.
 */
export type LiveEvent = {
  kind: 'scan' | 'clips' | 'access'
  guildId: string | null
  channelId: string | null
  userId: string | null
}

type Subscriber = (events: readonly LiveEvent[]) => Promise<void>

/** A scan of many clips reports each; a browser needs to know only that there is something new. */
const PAUSE_MS = 250

const subscribers = new Set<Subscriber>()
const hearers = new Set<(change: AccessChange) => void>()
const waiting = new Map<string, LiveEvent>()
let timer: NodeJS.Timeout | undefined
let listening: Promise<{ stop: () => Promise<void> }> | undefined

/** Calls back for all changes, those of a moment together, until the returned function is called. One database connection serves all. */
export async function subscribe(subscriber: Subscriber): Promise<() => void> {
  await getContext()
  await ensureListening()
  subscribers.add(subscriber)
  return () => void subscribers.delete(subscriber)
}

/** Calls back as soon as what people may see changes, for as long as the program runs. Asked for again, it only looks that the database is listened to. */
export function onAccessChange(hearer: (change: AccessChange) => void): void {
  hearers.add(hearer)
  ensureListening().catch(() => {
    // The database is away; the next who asks tries again.
  })
}

/** Closes the connection that listens. */
export async function stopLiveEvents(): Promise<void> {
  const current = listening
  listening = undefined
  clearTimeout(timer)
  timer = undefined
  subscribers.clear()
  await (await current?.catch(() => null))?.stop()
}

function ensureListening(): Promise<unknown> {
  listening ??= listen(
    ['dcs_scan', 'dcs_clips', 'dcs_access'],
    {
      onNotification: (channel, payload) => {
        if (channel === 'dcs_access') return changeAccess(readAccessChange(payload))
        publish({ kind: channel === 'dcs_scan' ? 'scan' : 'clips', ...readPlaceChange(payload), userId: null })
      },
      onGap: () => {
        changeAccess({ guildId: null, userId: null })
        for (const kind of ['scan', 'clips'] as const) publish({ kind, guildId: null, channelId: null, userId: null })
      },
    },
    { applicationName: 'dcs-interface-listen' },
  ).catch((error: unknown) => {
    listening = undefined
    throw error
  })
  return listening
}

function changeAccess(change: AccessChange): void {
  for (const hearer of hearers) hearer(change)
  publish({ kind: 'access', channelId: null, ...change })
}

function publish(event: LiveEvent): void {
  waiting.set(`${event.kind} ${event.guildId} ${event.channelId} ${event.userId}`, event)
  timer ??= setTimeout(() => {
    timer = undefined
    const events = [...waiting.values()]
    waiting.clear()
    for (const subscriber of subscribers)
      subscriber(events).catch(() => {
        // It cannot be told whether they may know: then they are not told.
      })
  }, PAUSE_MS)
}
