'use client'

import {
  MediaControlBar,
  MediaController,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlayButton,
  MediaTimeRange,
  MediaVolumeRange,
} from 'media-chrome/react'
import { useEffect, type RefObject } from 'react'
import type { ClipItem } from '@/lib/api-types.ts'
import { RateButton, TimeText } from './player-text.tsx'

type Props = {
  clip: ClipItem
  src: string
  video: RefObject<HTMLVideoElement | null>
  onTrouble: (trouble: 'refused' | 'lost') => void
}

/** The video with its controls. It starts by itself: whoever opens a clip wants to see it. */
export function VideoPlayer({ clip, src, video, onTrouble }: Props) {
  useEffect(() => {
    // A browser may insist on a click first; the play button is there.
    video.current?.play().catch(() => {})
  }, [video])
  return (
    <MediaController
      noHotkeys
      gesturesDisabled={false}
      autohide="2"
      className="absolute inset-0 size-full bg-transparent"
    >
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- what people post in Discord has no captions */}
      <video
        ref={video}
        slot="media"
        data-testid="player"
        src={src}
        poster={clip.posterUrl ?? undefined}
        preload="auto"
        playsInline
        onError={() => void findTrouble(src).then(onTrouble)}
        className="size-full object-contain"
      />
      <MediaLoadingIndicator slot="centered-chrome" noAutohide />
      <div className="flex w-full flex-col bg-linear-to-t from-black/80 via-black/45 to-transparent px-2 pt-12 pb-1 sm:px-3">
        <MediaTimeRange className="h-6 w-full" />
        <MediaControlBar className="w-full items-center gap-0.5">
          <MediaPlayButton />
          <MediaMuteButton />
          <MediaVolumeRange className="hidden h-9 w-28 @md:block" />
          <TimeText videoRef={video} durationSeconds={clip.durationSeconds} />
          <span className="grow" />
          <RateButton videoRef={video} />
          <MediaPipButton className="hidden @md:block" />
          <MediaFullscreenButton />
        </MediaControlBar>
      </div>
    </MediaController>
  )
}

// The video element calls both "not supported": bytes it cannot read, and no bytes at all.
async function findTrouble(src: string): Promise<'refused' | 'lost'> {
  const response = await fetch(src, { method: 'HEAD' }).catch(() => null)
  return response?.ok ? 'refused' : 'lost'
}
