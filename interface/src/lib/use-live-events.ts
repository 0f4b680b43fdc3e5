'use client'

import { useEffect, useEffectEvent } from 'react'

/** A change in a guild the viewer is in; null: in any, or some news may have been missed. `access`: the viewer may see or do something else than before. */
export type LiveEvent = { kind: (typeof KINDS)[number]; guildId: string | null }

const KINDS = ['scan', 'clips', 'access'] as const

type Subscriber = (event: LiveEvent) => void

const subscribers = new Set<Subscriber>()
let source: EventSource | null = null

/** Calls back when something changes on the server. All users in a tab share one connection. */
export function useLiveEvents(onEvent: Subscriber): void {
  const notify = useEffectEvent(onEvent)
  useEffect(() => {
    const subscriber: Subscriber = (event) => notify(event)
    subscribers.add(subscriber)
    source ??= open()
    return () => {
      subscribers.delete(subscriber)
      if (subscribers.size > 0) return
      source?.close()
      source = null
    }
  }, [])
}

function open(): EventSource {
  const opened = new EventSource('/api/events')
  let wasLost = false
  const publish = (event: LiveEvent) => {
    for (const subscriber of subscribers) subscriber(event)
  }
  for (const kind of KINDS)
    opened.addEventListener(kind, ({ data }: MessageEvent<string>) => {
      const { guildId } = JSON.parse(data) as { guildId: string | null }
      publish({ kind, guildId })
    })
  opened.addEventListener('error', () => {
    wasLost = true
  })
  opened.addEventListener('open', () => {
    // What happened while the connection was down was not told.
    if (wasLost) for (const kind of KINDS) publish({ kind, guildId: null })
    wasLost = false
  })
  return opened
}
