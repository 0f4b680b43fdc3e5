'use client'

import { useEffect, useMemo } from 'react'
import type { ClipDetail, ClipItem } from '@/lib/api-types.ts'
import { useClip, useClips } from '@/lib/clip-queries.ts'
import { clipTitle } from '@/lib/clip-text.ts'
import { hrefOfClip } from '@/lib/hrefs.ts'
import { ApiError } from '@/lib/api.ts'
import { useLiveEvents } from '@/lib/use-live-events.ts'
import { MissingClip } from './missing-clip.tsx'
import { Theatre } from './theatre.tsx'

type Props = { id: string; guildId: string | null; onClose: () => void; initial?: ClipDetail }

/** The player for the clip in the address. Previous and next follow the library; they replace the address, so that Back leads out. */
export function PlayerScreen({ id, guildId, onClose, initial }: Props) {
  const library = useClips(guildId)
  const index = library.clips.findIndex((clip) => clip.id === id)
  const known = library.clips[index]
  const { data, error, isPlaceholderData, refetch } = useClip(id, known, initial)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = library
  const isNearEnd = index >= 0 && index >= library.clips.length - 3
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [isNearEnd, hasNextPage, isFetchingNextPage, fetchNextPage])

  const previous = index > 0 ? library.clips[index - 1] : undefined
  const next = index >= 0 ? library.clips[index + 1] : undefined
  const nextId = next?.id ?? (index < 0 && !isPlaceholderData ? data?.olderId : null)
  const clip = data?.clip
  const isPending = clip?.state === 'pending'
  useLiveEvents(({ kind, guildId: changed }) => {
    const isNews = isPending && kind === 'clips' && (changed === null || changed === clip.guildId)
    if (isNews || kind === 'access') void refetch()
  })
  useDocumentTitle(clip)
  usePicturesAhead(previous, next)

  const steps = useMemo(() => {
    const go = (to: string | null | undefined) =>
      to ? () => window.history.replaceState(null, '', hrefOfClip(to, guildId)) : null
    return { onPrevious: go(previous?.id), onNext: go(nextId) }
  }, [previous?.id, nextId, guildId])

  const isGone = error instanceof ApiError && error.status === 404
  if (!clip || isGone) return <MissingClip error={error} onClose={onClose} onRetry={() => void refetch()} />
  return <Theatre clip={clip} onClose={onClose} {...steps} />
}

function useDocumentTitle(clip: ClipItem | undefined): void {
  const title = clip ? `${clipTitle(clip)} · Discord Clip Saver` : null
  useEffect(() => {
    if (title === null) return
    const old = document.title
    document.title = title
    return () => {
      document.title = old
    }
  }, [title])
}

function usePicturesAhead(...clips: (ClipItem | undefined)[]): void {
  const urls = clips.map((clip) => clip?.posterUrl ?? '').join(' ')
  useEffect(() => {
    for (const url of urls.split(' ').filter(Boolean)) new Image().src = url
  }, [urls])
}
