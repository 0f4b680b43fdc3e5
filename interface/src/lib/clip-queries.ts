import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from './api.ts'
import type { ClipDetail, ClipItem, ClipPage } from './api-types.ts'

/** The library as it comes from the API, page by page; of one guild when given. `initial` is what the server sent with the page. */
export function useClips(guild: string | null, initial?: { guild: string | null; page: ClipPage; at: number }) {
  const query = useInfiniteQuery({
    queryKey: ['clips', guild ?? 'all'],
    queryFn: ({ pageParam, signal }) => api<ClipPage>(clipsPath(guild, pageParam), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...(initial && initial.guild === guild
      ? {
          initialData: { pages: [initial.page], pageParams: [null] },
          initialDataUpdatedAt: initial.at,
        }
      : {}),
  })
  const clips = useMemo(() => uniqueClips(query.data?.pages ?? []), [query.data])
  return { ...query, clips }
}

/** One clip, at once when the library has it already. */
export function useClip(id: string, known: ClipItem | undefined, initial?: ClipDetail) {
  return useQuery({
    queryKey: ['clip', id],
    queryFn: ({ signal }) => api<ClipDetail>(`/api/clips/${id}`, { signal }),
    ...(initial?.clip.id === id ? { initialData: initial } : {}),
    ...(known ? { placeholderData: { clip: known, olderId: null } } : {}),
  })
}

// A clip that is pushed down by new ones arrives twice: at the end of one page and at the start of the next.
function uniqueClips(pages: readonly ClipPage[]): ClipItem[] {
  return [...new Map(pages.flatMap((page) => page.clips).map((clip) => [clip.id, clip])).values()]
}

function clipsPath(guild: string | null, cursor: string | null): string {
  const query = new URLSearchParams()
  if (guild) query.set('guild', guild)
  if (cursor) query.set('cursor', cursor)
  return query.size > 0 ? `/api/clips?${query}` : '/api/clips'
}
