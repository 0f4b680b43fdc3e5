'use client'

import { memo, type CSSProperties, type MouseEvent } from 'react'
import { Picture } from '@/components/ui/picture.tsx'
import type { ClipItem } from '@/lib/api-types.ts'
import { clipTitle } from '@/lib/clip-text.ts'
import { formatRelative } from '@/lib/format.ts'
import { thumbhashColour } from '@/lib/thumbhash.ts'
import { TilePoster } from './tile-poster.tsx'

type Props = { clip: ClipItem; now: number; onOpen: (clip: ClipItem) => void; isFirstPaint?: boolean }

/** A clip in the grid. A real link, so that it can be opened in a new tab; a plain click opens the player over the grid. */
export const ClipTile = memo(function ClipTile({ clip, now, onOpen, isFirstPaint = false }: Props) {
  const open = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onOpen(clip)
  }
  const title = clipTitle(clip)
  return (
    <a
      href={`/clips/${clip.id}`}
      onClick={open}
      data-testid="clip-tile"
      data-clip-id={clip.id}
      data-state={clip.state}
      className="group mb-6 block min-w-0 rounded-xl outline-offset-4"
      style={{ '--glow': thumbhashColour(clip.placeholder) ?? 'transparent' } as CSSProperties}
    >
      <TilePoster clip={clip} isFirstPaint={isFirstPaint} />
      <div className="flex h-[78px] gap-3 overflow-hidden pt-3">
        <Picture src={clip.authorAvatar} name={clip.authorName ?? '↪'} className="mt-0.5 size-8 rounded-full text-sm" />
        <div className="min-w-0 flex-1">
          <p className="truncate leading-snug font-medium">{title}</p>
          <p className="truncate text-[0.8125rem] leading-snug text-muted">
            {clip.authorName ?? 'Forwarded'}
            <span className="text-faint"> · </span>
            <time dateTime={clip.postedAt} suppressHydrationWarning>
              {formatRelative(clip.postedAt, now)}
            </time>
          </p>
          <p className="truncate text-[0.8125rem] leading-snug text-faint">
            {clip.channelName ? `#${clip.channelName}` : 'unknown channel'} in {clip.guildName}
          </p>
        </div>
      </div>
    </a>
  )
})
