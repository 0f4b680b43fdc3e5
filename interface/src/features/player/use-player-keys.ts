'use client'

import { useEffect, useEffectEvent, type RefObject } from 'react'

type Keys = {
  video: RefObject<HTMLVideoElement | null>
  onPrevious: (() => void) | null
  onNext: (() => void) | null
  onHelp: () => void
  /** True while something else has the keys. */
  isPaused: boolean
}

/** What the keys do, for the help. Esc is the dialog's. */
export const SHORTCUTS: readonly [keys: string[], meaning: string][] = [
  [['Space'], 'Play or pause'],
  [['←', '→'], 'Back or forward 5 seconds'],
  [['↑', '↓'], 'Louder or quieter'],
  [[',', '.'], 'One frame back or forward'],
  [['0', '…', '9'], 'Jump to a tenth'],
  [['m'], 'Sound on or off'],
  [['l'], 'Repeat on or off'],
  [['f'], 'Full screen'],
  [['j', 'n'], 'Next clip'],
  [['k', 'p'], 'Previous clip'],
  [['?'], 'These shortcuts'],
  [['Esc'], 'Close'],
]

const FRAME_SECONDS = 1 / 30

/** The keyboard of the player. Keys that mean something to what is focused (a button, a slider, a text) stay with it. */
export function usePlayerKeys(keys: Keys): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (keys.isPaused || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (isTakenByFocus(event)) return
    const video = keys.video.current
    const action = toAction(event.key, keys, video)
    if (!action) return
    event.preventDefault()
    action()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
}

function toAction(key: string, keys: Keys, video: HTMLVideoElement | null): (() => void) | null {
  switch (key) {
    case 'j':
    case 'n':
      return keys.onNext
    case 'k':
    case 'p':
      return keys.onPrevious
    case '?':
      return keys.onHelp
    default:
      return video && toVideoAction(key, video)
  }
}

function toVideoAction(key: string, video: HTMLVideoElement): (() => void) | null {
  const seek = (seconds: number) => () => {
    video.currentTime = Math.min(Math.max(0, video.currentTime + seconds), video.duration || 0)
  }
  const turn = (by: number) => () => {
    video.muted = false
    video.volume = Math.min(1, Math.max(0, video.volume + by))
  }
  if (/^\d$/.test(key)) return () => (video.currentTime = (Number(key) / 10) * (video.duration || 0))
  switch (key) {
    case ' ':
      return () => void (video.paused ? video.play().catch(() => {}) : video.pause())
    case 'ArrowLeft':
      return seek(-5)
    case 'ArrowRight':
      return seek(5)
    case ',':
      return seek(-FRAME_SECONDS)
    case '.':
      return seek(FRAME_SECONDS)
    case 'ArrowUp':
      return turn(0.1)
    case 'ArrowDown':
      return turn(-0.1)
    case 'm':
      return () => (video.muted = !video.muted)
    case 'l':
      return () => (video.loop = !video.loop)
    case 'f':
      return () => void toggleFullscreen(video)
    default:
      return null
  }
}

async function toggleFullscreen(video: HTMLVideoElement): Promise<void> {
  const frame = video.closest('media-controller') ?? video
  await (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen()).catch(() => {
    // The browser does not allow it here.
  })
}

function isTakenByFocus({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('input, textarea, select, [contenteditable]')) return true
  const isRange = target.closest('media-time-range, media-volume-range, [role=slider]')
  if (isRange && key.startsWith('Arrow')) return true
  return key === ' ' && target.closest('button, a, [role=button], [role=menuitem], media-play-button') !== null
}
