'use client'

import { EyeOff, FileWarning, LoaderCircle } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState, type ReactNode, type RefObject } from 'react'
import { Button } from '@/components/ui/button.tsx'
import type { ClipItem } from '@/lib/api-types.ts'
import { codecName } from '@/lib/clip-text.ts'
import { DownloadButton } from './download-button.tsx'
import { canPlay } from './can-play.ts'

const VideoPlayer = dynamic(() => import('./video-player.tsx').then((module) => module.VideoPlayer), { ssr: false })

/** What stands where the video would be: the video, or why it is not there and what to do. */
export function Stage({ clip, video }: { clip: ClipItem; video: RefObject<HTMLVideoElement | null> }) {
  const [isRevealed, setIsRevealed] = useState(!clip.isSpoiler)
  const [trouble, setTrouble] = useState<'refused' | 'lost' | null>(() => (canPlay(clip.videoCodec) ? null : 'refused'))

  if (clip.state === 'pending')
    return (
      <Notice icon={<LoaderCircle className="animate-spin" />} title="This clip is being saved">
        It starts here by itself as soon as it is.
      </Notice>
    )
  if (clip.state === 'failed' || clip.videoUrl === null)
    return (
      <Notice icon={<FileWarning />} title="This clip could not be saved">
        {clip.failureMessage ?? 'The reason is not known.'}
      </Notice>
    )
  if (!isRevealed)
    return (
      <Notice icon={<EyeOff />} title="Spoiler" action={<Button onClick={() => setIsRevealed(true)}>Show it</Button>}>
        Whoever posted this clip hid it behind a warning.
      </Notice>
    )
  if (trouble === 'lost')
    return (
      <Notice
        icon={<FileWarning />}
        title="The video did not arrive"
        action={<Button onClick={() => setTrouble(null)}>Try again</Button>}
      >
        The server could not be reached, or you may not see this clip any more.
      </Notice>
    )
  if (trouble === 'refused')
    return (
      <Notice
        icon={<FileWarning />}
        title={refusal(clip.videoCodec)}
        action={<DownloadButton clip={clip} look="primary" />}
      >
        Another browser or a player on your computer probably can. The file itself is fine.
      </Notice>
    )
  return <VideoPlayer clip={clip} src={clip.videoUrl} video={video} onTrouble={setTrouble} />
}

function refusal(codec: string | null): string {
  const name = codecName(codec)
  return name ? `This browser cannot play ${name} video` : 'This browser cannot play this video'
}

function Notice({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode
  title: string
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <output className="absolute inset-0 flex flex-col items-center justify-center bg-black/60 px-6 text-center">
      <span className="mb-4 text-accent-text [&>svg]:size-8">{icon}</span>
      <p className="text-lg font-semibold tracking-tight">{title}</p>
      <p className="mt-1 max-w-sm text-sm text-pretty text-text/80">{children}</p>
      {action ? <div className="mt-5">{action}</div> : null}
    </output>
  )
}
