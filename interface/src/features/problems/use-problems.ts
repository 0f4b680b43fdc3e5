'use client'

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { api } from '@/lib/api.ts'
import type { GuildProblems } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { useLiveEvents } from '@/lib/use-live-events.ts'

const PAUSE_MS = 700

/** What went wrong in a server, looked up again when something changes, and the way to try it again. */
export function useProblems(initial: GuildProblems, at: number) {
  const client = useQueryClient()
  const guildId = initial.guild.id
  const path = `/api/guilds/${guildId}/problems`
  const queryKey = ['problems', guildId]
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ signal, pageParam }) => api<GuildProblems>(pageParam ? `${path}?after=${pageParam}` : path, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    initialData: { pages: [initial], pageParams: [null] },
    initialDataUpdatedAt: at,
  })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useLiveEvents((event) => {
    if (event.guildId !== null && event.guildId !== guildId) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void client.invalidateQueries({ queryKey: ['problems', guildId] }, { cancelRefetch: false })
    }, PAUSE_MS)
  })
  const retry = useMutation({
    mutationFn: (ids: string[] | undefined) =>
      api<GuildProblems & { retried: number; refused: number }>(path, { method: 'POST', json: { ids } }),
    onSuccess: ({ retried, refused }) => {
      if (retried > 0) toast.success(`${countOf(retried, 'task')} started again`)
      if (refused > 0)
        toast(`${countOf(refused, 'task')} could not be tried again`, {
          description: 'Scan the channels they are about instead.',
        })
      if (retried + refused === 0) toast('This is being tried already')
      void client.invalidateQueries({ queryKey })
      void client.invalidateQueries({ queryKey: ['scans', guildId] })
    },
    onError: (error: Error) => toast.error('That did not work', { description: error.message }),
  })
  const pages = query.data.pages
  return {
    problems: pages.flatMap((page) => page.problems),
    total: pages[0]?.total ?? 0,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry,
  }
}
