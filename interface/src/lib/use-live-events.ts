'use client'

import { useEffect, useEffectEvent } from 'react'

/** A change in a guild the viewer is in; null: in any, or some news may have been missed. `access`: the viewer may see or do something else than before. */
export type LiveEvent = { kind: (typeof KINDS)[number]; guildId: string | null }

const KINDS = ['scan', 'clips', 'access'] as const

type Subscriber = (event: LiveEvent) => void

const subscribers = new Set<Subscriber>()
let source: EventSource | null = null

/**
 * Calls back when something changes on the server. All users in a tab share one connection, which a tab that nobody looks at gives back: browsers allow six to a server without
 * HTTP/2, and with six tabs no page would load any more.
 */
export function useLiveEvents(onEvent: Subscriber): void {
  const notify = useEffectEvent(onEvent)
  useEffect(() => {
    const subscriber: Subscriber = (event) => notify(event)
    subscribers.add(subscriber)
    if (subscribers.size === 1) document.addEventListener('visibilitychange', follow)
    if (!document.hidden) source ??= open({ wasLost: false })
    return () => {
      subscribers.delete(subscriber)
      if (subscribers.size > 0) return
      document.removeEventListener('visibilitychange', follow)
      close()
    }
  }, [])
}

function follow(): void {
  if (document.hidden) close()
  else source ??= open({ wasLost: true })
}

function open({ wasLost }: { wasLost: boolean }): EventSource {
  const opened = new EventSource('/api/events')
  for (const kind of KINDS)
    opened.addEventListener(kind, ({ data }: MessageEvent<string>) => {
      const { guildId } = JSON.parse(data) as { guildId: string | null }
      publish({ kind, guildId })
    })
  opened.addEventListener('error', () => {
    wasLost = true
  })
  opened.addEventListener('open', () => {
    if (wasLost) publishAll()
    wasLost = false
  })
  return opened
}

function close(): void {
  source?.close()
  source = null
}

function publish(event: LiveEvent): void {
  for (const subscriber of subscribers) subscriber(event)
}

/** What happened while there was no connection was not told. */
function publishAll(): void {
  for (const kind of KINDS) publish({ kind, guildId: null })
}
