'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLiveEvents } from '@/lib/use-live-events.ts'

const PAUSE_MS = 1_500
/** Further down than this, the grid must not move under somebody's eyes. */
const NEAR_TOP_PX = 500

/** Takes in clips as they are saved. Far from the top it only says that there are some; `show` then goes up and takes them in. */
export function useFreshClips(guild: string | null, pageCount: number): { hasNews: boolean; show: () => void } {
  const client = useQueryClient()
  const [hasNews, setHasNews] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const refresh = useCallback(() => {
    setHasNews(false)
    void client.invalidateQueries({ queryKey: ['clips'] })
  }, [client])

  useLiveEvents(({ kind, guildId }) => {
    // What somebody may not see any more goes at once, wherever they are in the list.
    if (kind === 'access') return refresh()
    if (kind !== 'clips' || (guild !== null && guildId !== null && guildId !== guild)) return
    // Many clips come at once while a scan runs; each look costs a request per loaded page.
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined
        if (window.scrollY < NEAR_TOP_PX) refresh()
        else setHasNews(true)
      },
      PAUSE_MS * Math.max(1, pageCount / 2),
    )
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (!hasNews) return
    const onScroll = () => {
      if (window.scrollY < NEAR_TOP_PX) refresh()
    }
    window.addEventListener('scroll', onScroll, { passive: true })
    return () => window.removeEventListener('scroll', onScroll)
  }, [hasNews, refresh])

  const show = useCallback(() => {
    window.scrollTo({ top: 0, behavior: 'smooth' })
    refresh()
  }, [refresh])
  return { hasNews, show }
}
