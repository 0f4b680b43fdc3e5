import { clsx } from 'clsx'
import { EyeOff, FileWarning, LoaderCircle, Play } from 'lucide-react'
import type { ClipItem } from '@/lib/api-types.ts'
import { formatDuration } from '@/lib/format.ts'
import { thumbhashColour, thumbhashPicture } from '@/lib/thumbhash.ts'

const FRAME = 16 / 9

/** The picture of a clip in a 16:9 frame. Other shapes are shown whole, with their own blurred light around them. */
export function TilePoster({ clip, isFirstPaint }: { clip: ClipItem; isFirstPaint: boolean }) {
  const blurred = isFirstPaint ? null : thumbhashPicture(clip.placeholder)
  const shape = clip.width && clip.height ? clip.width / clip.height : FRAME
  const fills = Math.abs(shape / FRAME - 1) < 0.12
  return (
    <div
      className="tile-poster relative aspect-video overflow-hidden rounded-xl bg-raised"
      style={{ backgroundColor: thumbhashColour(clip.placeholder) ?? undefined }}
    >
      {blurred ? (
        <img
          src={blurred}
          alt=""
          className={clsx('absolute inset-0 size-full object-cover', !fills && 'scale-110 brightness-75')}
        />
      ) : null}
      {clip.posterUrl && !clip.isSpoiler ? (
        <img
          src={clip.posterUrl}
          alt=""
          decoding="async"
          loading={isFirstPaint ? 'eager' : 'lazy'}
          className={clsx('absolute inset-0 size-full', fills ? 'object-cover' : 'object-contain')}
        />
      ) : null}
      {clip.state === 'ready' ? <HoverSign /> : null}
      {clip.state === 'pending' ? <Pending /> : null}
      {clip.state === 'failed' ? <Failed reason={clip.failureMessage} /> : null}
      {clip.isSpoiler && clip.state !== 'failed' ? <Spoiler /> : null}
      {clip.durationSeconds !== null && clip.state !== 'failed' ? (
        <span className="absolute right-2 bottom-2 rounded-md bg-black/75 px-1.5 py-0.5 text-xs font-medium text-white tabular-nums">
          {formatDuration(clip.durationSeconds)}
        </span>
      ) : null}
    </div>
  )
}

function HoverSign() {
  return (
    <span className="absolute inset-0 grid place-items-center opacity-0 transition-opacity duration-200 fine:group-hover:opacity-100">
      <span className="grid size-12 place-items-center rounded-full bg-black/55 text-white backdrop-blur-sm">
        <Play className="size-5 translate-x-px fill-current" />
      </span>
    </span>
  )
}

function Spoiler() {
  return (
    <span className="absolute inset-0 grid place-items-center bg-black/35">
      <span className="flex items-center gap-1.5 rounded-full bg-black/70 px-3 py-1 text-xs font-semibold tracking-wide text-white">
        <EyeOff className="size-3.5" /> Spoiler
      </span>
    </span>
  )
}

function Pending() {
  return (
    <span className="absolute inset-0 overflow-hidden bg-black/25">
      <span className="absolute inset-0 animate-sweep bg-linear-to-r from-transparent via-white/15 to-transparent" />
      <span className="absolute bottom-2 left-2 flex items-center gap-1.5 rounded-md bg-black/75 px-2 py-0.5 text-xs font-medium text-white">
        <LoaderCircle className="size-3.5 animate-spin" /> Being saved
      </span>
    </span>
  )
}

function Failed({ reason }: { reason: string | null }) {
  return (
    <span className="absolute inset-0 flex flex-col items-center justify-center gap-1.5 bg-surface/92 px-5 text-center">
      <FileWarning className="size-6 text-danger" />
      <span className="text-sm font-medium">Could not be saved</span>
      <span className="line-clamp-2 text-[0.8125rem] leading-snug text-muted">
        {reason ?? 'The reason is not known.'}
      </span>
    </span>
  )
}
