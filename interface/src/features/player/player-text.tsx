'use client'

import { useEffect, useState, type RefObject } from 'react'
import { formatDuration } from '@/lib/format.ts'

const RATES = [1, 1.5, 2, 0.25, 0.5] as const

/** How far the video is, and how long it is in all. */
export function TimeText({
  videoRef,
  durationSeconds,
}: {
  videoRef: RefObject<HTMLVideoElement | null>
  durationSeconds: number | null
}) {
  const [time, setTime] = useState({ at: 0, of: durationSeconds ?? 0 })
  useEffect(() => {
    const element = videoRef.current
    if (!element) return
    const read = () =>
      setTime((old) => {
        const now = {
          at: Math.floor(element.currentTime),
          of: Number.isFinite(element.duration) ? element.duration : (durationSeconds ?? 0),
        }
        return now.at === old.at && now.of === old.of ? old : now
      })
    const events = ['timeupdate', 'seeking', 'durationchange', 'ended'] as const
    for (const event of events) element.addEventListener(event, read)
    read()
    return () => {
      for (const event of events) element.removeEventListener(event, read)
    }
  }, [videoRef, durationSeconds])
  return (
    <span className="px-2.5 text-[0.8125rem] whitespace-nowrap text-white tabular-nums">
      {formatDuration(Math.min(time.at, time.of))} / {formatDuration(time.of)}
    </span>
  )
}

/** How fast it plays; each press takes the next speed. */
export function RateButton({ videoRef }: { videoRef: RefObject<HTMLVideoElement | null> }) {
  const [rate, setRate] = useState<number>(1)
  const change = () => {
    const next = RATES[(RATES.findIndex((known) => known === rate) + 1) % RATES.length] ?? 1
    const element = videoRef.current
    if (element) element.playbackRate = next
    setRate(next)
  }
  return (
    <button
      type="button"
      onClick={change}
      title="Speed"
      className="h-9 min-w-11 rounded-lg px-2 text-[0.8125rem] font-medium text-white tabular-nums hover:bg-white/12"
    >
      {rate}×<span className="sr-only"> speed</span>
    </button>
  )
}
