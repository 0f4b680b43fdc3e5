'use client'

import { ArrowUp, LoaderCircle } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useRef } from 'react'
import { GuildChips } from '@/components/shell/guild-chips.tsx'
import { Button } from '@/components/ui/button.tsx'
import { Problem } from '@/components/ui/problem.tsx'
import { ClipGrid } from '@/features/library/clip-grid.tsx'
import { NoClips, NoGuilds } from '@/features/library/empty-library.tsx'
import { GridSkeleton } from '@/features/library/skeleton.tsx'
import { useFreshClips } from '@/features/library/use-fresh-clips.ts'
import { PlayerScreen } from '@/features/player/player-screen.tsx'
import type { ClipItem, ClipPage, GuildItem } from '@/lib/api-types.ts'
import { useClips } from '@/lib/clip-queries.ts'
import { clipIdOf, hrefOfClip, hrefOfLibrary } from '@/lib/hrefs.ts'
import { useNow } from '@/lib/use-now.ts'

type Props = {
  guilds: readonly GuildItem[]
  isIncomplete: boolean
  initial: { guild: string | null; page: ClipPage; at: number }
}

/** The library with the player over it. The address says which: opening a clip only changes the address, so the grid stays where it is. */
export function LibraryScreen({ guilds, isIncomplete, initial }: Props) {
  const wanted = useSearchParams().get('guild')
  const guild = guilds.find(({ id }) => id === wanted) ?? null
  const guildId = guild?.id ?? null
  const openId = clipIdOf(usePathname())
  const now = useNow(initial.at)
  const library = useClips(guildId, initial)
  const { fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = library
  const fresh = useFreshClips(guildId, library.data?.pages.length ?? 1)

  const loadMore = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError])

  const openedHere = useRef(false)
  const open = useCallback(
    (clip: ClipItem) => {
      openedHere.current = true
      window.history.pushState(null, '', hrefOfClip(clip.id, guildId))
    },
    [guildId],
  )
  const close = useCallback(() => {
    if (openedHere.current) window.history.back()
    else window.history.replaceState(null, '', hrefOfLibrary(guildId))
    openedHere.current = false
  }, [guildId])

  return (
    <>
      {/* Rows come and go above what is seen: the browser must not try to hold on to one. */}
      <main id="content" className="px-gutter pt-3 pb-16 [overflow-anchor:none]">
        <h1 className="sr-only">{guild ? `Clips of ${guild.name}` : 'All clips'}</h1>
        {isIncomplete ? <IncompleteNote /> : null}
        {guilds.length > 1 ? (
          <GuildChips
            guilds={guilds}
            current={guildId}
            hrefOf={hrefOfLibrary}
            onPick={(href) => {
              window.scrollTo({ top: 0 })
              window.history.pushState(null, '', href)
            }}
            withAll
          />
        ) : null}
        {library.isPending ? <GridSkeleton /> : null}
        {library.isError && library.clips.length === 0 ? (
          <Problem message={library.error.message} onRetry={() => void library.refetch()} />
        ) : null}
        {guilds.length === 0 ? <NoGuilds /> : null}
        {guilds.length > 0 && library.isSuccess && library.clips.length === 0 ? (
          <NoClips guild={guild} guilds={guilds} />
        ) : null}
        <ClipGrid clips={library.clips} now={now} hasMore={hasNextPage} onNearEnd={loadMore} onOpen={open} />
        <output className="grid h-12 place-items-center text-sm text-muted">
          {isFetchingNextPage ? <LoaderCircle aria-label="Loading more" className="size-5 animate-spin" /> : null}
          {isFetchNextPageError ? (
            <Button size="small" onClick={() => void fetchNextPage()}>
              More clips could not be loaded. Try again
            </Button>
          ) : null}
        </output>
      </main>
      {fresh.hasNews && openId === null ? (
        <Button
          look="primary"
          size="small"
          onClick={fresh.show}
          className="fixed top-18 left-1/2 z-20 -translate-x-1/2 animate-rise rounded-full shadow-lg"
        >
          <ArrowUp className="size-4" /> New clips
        </Button>
      ) : null}
      {openId === null ? null : <PlayerScreen id={openId} guildId={guildId} onClose={close} />}
    </>
  )
}

function IncompleteNote() {
  return (
    <output className="mb-3 block rounded-xl border border-line bg-surface px-4 py-2.5 text-sm text-muted">
      Discord does not answer for all of your servers right now. Those are left out until it does.
    </output>
  )
}
