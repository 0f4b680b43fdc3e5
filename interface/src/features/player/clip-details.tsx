'use client'

import { ExternalLink, Hash, Link2, MessagesSquare } from 'lucide-react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { Picture } from '@/components/ui/picture.tsx'
import type { ClipItem } from '@/lib/api-types.ts'
import { clipTitle, codecName, toPlainText } from '@/lib/clip-text.ts'
import { formatBytes, formatDuration } from '@/lib/format.ts'
import { ClipActions } from './clip-actions.tsx'
import { DownloadButton } from './download-button.tsx'

const posted = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' })

/** Where a video was found, when it is no file of the message. */
const SOURCES: Record<ClipItem['source'], string | null> = {
  attachment: null,
  component: null,
  forward: 'in a forwarded message',
  embed: 'in an embed',
  link: 'behind a link',
}

/** Who posted a clip, where, with which words, and what the file is. */
export function ClipDetails({ clip, onRemoved }: { clip: ClipItem; onRemoved: () => void }) {
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
          <p className="flex items-center gap-1.5 font-medium">
            <span className="truncate">{clip.authorName ?? 'Forwarded message'}</span>
            {clip.isBot ? <Tag>bot</Tag> : null}
          </p>
          <time dateTime={clip.postedAt} suppressHydrationWarning className="block text-[0.8125rem] text-muted">
            {posted.format(new Date(clip.postedAt))}
          </time>
        </div>
      </div>
      <Place clip={clip} />
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
      <OwnTags clip={clip} />
      <Recording clip={clip} />
      <Facts clip={clip} />
      <ClipActions key={clip.id} clip={clip} onRemoved={onRemoved} />
    </aside>
  )
}

/** The channel, or the post with its tags. */
function Place({ clip }: { clip: ClipItem }) {
  const Icon = clip.isThread ? MessagesSquare : Hash
  return (
    <div className="space-y-2 text-sm">
      <p className="flex items-center gap-1.5 text-muted">
        <Icon aria-hidden className="size-4 shrink-0 text-faint" />
        <span className="truncate">
          <span className="text-text">{clip.channelName ?? 'unknown channel'}</span> in {clip.guildName}
        </span>
      </p>
      {clip.channelTags.length > 0 ? (
        <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
          {clip.channelTags.map((tag) => (
            <li key={tag}>
              <Tag>{tag}</Tag>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

const HIDDEN: Record<ClipItem['visibility'], string | null> = {
  public: null,
  unlisted: 'Only who has the link sees this clip.',
  private: 'Only its author and managers see this clip.',
}

/** What people here tagged it with, and whether not everybody sees it. */
function OwnTags({ clip: { tags, visibility } }: { clip: ClipItem }) {
  const hidden = HIDDEN[visibility]
  if (tags.length === 0 && hidden === null) return null
  return (
    <div className="space-y-2">
      {hidden === null ? null : <p className="text-[0.8125rem] text-muted">{hidden}</p>}
      {tags.length > 0 ? (
        <ul aria-label="Tags given here" className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag}>
              <Tag>{tag}</Tag>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

/** What a native clip of Discord tells: the game, the moment, and who was there. */
function Recording({ clip: { gameName, recordedAt, participants } }: { clip: ClipItem }) {
  if (gameName === null && recordedAt === null && participants.length === 0) return null
  return (
    <section aria-label="Recording" className="space-y-3 border-t border-line pt-5 text-sm">
      {gameName === null && recordedAt === null ? null : (
        <div>
          {gameName === null ? null : <p className="font-medium break-words">{gameName}</p>}
          {recordedAt === null ? null : (
            <time dateTime={recordedAt} suppressHydrationWarning className="block text-[0.8125rem] text-muted">
              Recorded {posted.format(new Date(recordedAt))}
            </time>
          )}
        </div>
      )}
      {participants.length > 0 ? (
        <ul aria-label="Who was there" className="flex max-h-48 flex-wrap gap-x-3 gap-y-2 overflow-y-auto">
          {participants.map(({ id, name, avatar }) => (
            <li key={id} className="flex max-w-full items-center gap-1.5">
              <Picture src={avatar} name={name} className="size-5 rounded-full text-xs" />
              <span className="truncate">{name}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

function Tag({ children }: { children: string }) {
  return <span className="rounded-full border border-line px-2 py-0.5 text-xs text-muted">{children}</span>
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
    ['Found', SOURCES[clip.source]],
    ['Edited', clip.editedAt === null ? null : posted.format(new Date(clip.editedAt))],
    ['Description', clip.description],
  ]
  return (
    <dl className="space-y-2 border-t border-line pt-5 text-sm">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name} className="flex justify-between gap-6">
            <dt className="text-muted">{name}</dt>
            <dd suppressHydrationWarning className="truncate tabular-nums" title={value}>
              {value}
            </dd>
          </div>
        ),
      )}
      {clip.linkUrl === null ? null : (
        <div className="flex justify-between gap-6">
          <dt className="text-muted">Link</dt>
          <dd className="truncate" title={clip.linkUrl}>
            <a
              href={clip.linkUrl}
              target="_blank"
              rel="noreferrer nofollow"
              className="text-accent-text underline underline-offset-2"
            >
              {new URL(clip.linkUrl).hostname}
            </a>
          </dd>
        </div>
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
