'use client'

import { ExternalLink, Hash, Link2 } from 'lucide-react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { Picture } from '@/components/ui/picture.tsx'
import type { ClipItem } from '@/lib/api-types.ts'
import { clipTitle, codecName, toPlainText } from '@/lib/clip-text.ts'
import { formatBytes, formatDuration } from '@/lib/format.ts'
import { DownloadButton } from './download-button.tsx'

const posted = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' })

/** Who posted a clip, where, with which words, and what the file is. */
export function ClipDetails({ clip }: { clip: ClipItem }) {
  const text = toPlainText(clip.text)
  const title = clipTitle(clip)
  return (
    <aside
      aria-label="About this clip"
      className="w-full shrink-0 space-y-6 px-5 pt-5 pb-12 lg:w-[22.5rem] lg:overflow-y-auto lg:px-7 lg:pt-8"
    >
      <div className="space-y-3">
        <h2 className="text-xl leading-snug font-semibold tracking-[-0.015em] text-pretty break-words">{title}</h2>
        {text && text !== title ? (
          <p className="max-h-48 overflow-y-auto text-pretty break-words whitespace-pre-wrap text-muted">{text}</p>
        ) : null}
      </div>
      <div className="flex items-center gap-3">
        <Picture src={clip.authorAvatar} name={clip.authorName ?? '↪'} className="size-10 rounded-full text-lg" />
        <div className="min-w-0">
          <p className="truncate font-medium">{clip.authorName ?? 'Forwarded message'}</p>
          <time dateTime={clip.postedAt} suppressHydrationWarning className="block text-[0.8125rem] text-muted">
            {posted.format(new Date(clip.postedAt))}
          </time>
        </div>
      </div>
      <p className="flex items-center gap-1.5 text-sm text-muted">
        <Hash aria-hidden className="size-4 shrink-0 text-faint" />
        <span className="truncate">
          <span className="text-text">{clip.channelName ?? 'unknown channel'}</span> in {clip.guildName}
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        <DownloadButton clip={clip} size="small" />
        <Button asChild size="small" className="h-9">
          <a href={clip.discordUrl} target="_blank" rel="noreferrer">
            <ExternalLink className="size-4" /> Open in Discord
          </a>
        </Button>
        <Button size="icon" aria-label="Copy link" title="Copy link" onClick={() => void copyLink(clip.id)}>
          <Link2 className="size-4" />
        </Button>
      </div>
      <Facts clip={clip} />
    </aside>
  )
}

function Facts({ clip }: { clip: ClipItem }) {
  const sound = codecName(clip.audioCodec)
  const picture = codecName(clip.videoCodec)
  const facts: [name: string, value: string | null][] = [
    ['Length', clip.durationSeconds === null ? null : formatDuration(clip.durationSeconds)],
    ['Picture', clip.width && clip.height ? `${clip.width} × ${clip.height}` : null],
    ['Format', picture ? `${picture}, ${sound ?? 'no sound'}` : null],
    ['Size', formatBytes(clip.sizeBytes)],
    ['File', clip.filename],
  ]
  return (
    <dl className="space-y-2 border-t border-line pt-5 text-sm">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name} className="flex justify-between gap-6">
            <dt className="text-muted">{name}</dt>
            <dd className="truncate tabular-nums" title={value}>
              {value}
            </dd>
          </div>
        ),
      )}
    </dl>
  )
}

async function copyLink(clipId: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(`/clips/${clipId}`, window.location.href).href)
    toast.success('Link copied', { description: 'It opens for those who may see this clip.' })
  } catch {
    toast.error('The browser did not allow copying')
  }
}
