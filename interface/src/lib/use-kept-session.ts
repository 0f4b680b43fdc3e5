'use client'

import { useEffect } from 'react'

const HOUR_MS = 3_600_000

let keptAt = 0

/** Lets the session's time start again, with the cookie that says so, when a page is opened or looked at again; once an hour at most. */
export function useKeptSession(): void {
  useEffect(() => {
    const keep = () => {
      if (document.hidden || Date.now() - keptAt < HOUR_MS) return
      keptAt = Date.now()
      // Without an answer it is tried again later; the session lasts for weeks.
      fetch('/api/auth/get-session').catch(() => {
        keptAt = 0
      })
    }
    keep()
    document.addEventListener('visibilitychange', keep)
    return () => document.removeEventListener('visibilitychange', keep)
  }, [])
}
