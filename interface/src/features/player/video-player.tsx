'use client'

import {
  MediaControlBar,
  MediaController,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlaybackRateButton,
  MediaPlayButton,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaVolumeRange,
} from 'media-chrome/react'
import { useEffect, type RefObject } from 'react'
import type { ClipItem } from '@/lib/api-types.ts'

type Props = {
  clip: ClipItem
  src: string
  video: RefObject<HTMLVideoElement | null>
  onRefused: () => void
}

/** The video with its controls. It starts by itself: whoever opens a clip wants to see it. */
export function VideoPlayer({ clip, src, video, onRefused }: Props) {
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
      <video
        ref={video}
        slot="media"
        data-testid="player"
        src={src}
        poster={clip.posterUrl ?? undefined}
        preload="auto"
        playsInline
        onError={({ currentTarget }) => {
          const code = currentTarget.error?.code
          if (code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED || code === MediaError.MEDIA_ERR_DECODE) onRefused()
        }}
        className="size-full object-contain"
      />
      <MediaLoadingIndicator slot="centered-chrome" noAutohide />
      <div className="pointer-events-none absolute inset-x-0 bottom-0 -z-10 h-28 bg-linear-to-t from-black/75 to-transparent" />
      <div className="flex w-full flex-col px-2 pb-1 sm:px-3">
        <MediaTimeRange className="w-full" />
        <MediaControlBar className="w-full items-center">
          <MediaPlayButton />
          <MediaMuteButton />
          <MediaVolumeRange className="hidden w-24 sm:block" />
          <MediaTimeDisplay showDuration />
          <span className="grow" />
          <MediaPlaybackRateButton rates={[0.25, 0.5, 1, 1.5, 2]} />
          <MediaPipButton className="hidden sm:block" />
          <MediaFullscreenButton />
        </MediaControlBar>
      </div>
    </MediaController>
  )
}
