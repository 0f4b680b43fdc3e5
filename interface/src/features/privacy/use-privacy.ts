'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { api } from '@/lib/api.ts'
import type { PersonPrivacy } from '@/lib/api-types.ts'

const PROGRESS_MS = 1_500

/** What is kept of the viewer, looked up again while something is being erased, and the ways to change it. */
export function usePrivacy(initial: PersonPrivacy, at: number) {
  const client = useQueryClient()
  const queryKey = ['privacy']
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<PersonPrivacy>('/api/me/privacy', { signal }),
    initialData: initial,
    initialDataUpdatedAt: at,
    refetchInterval: ({ state }) => (state.data?.erasures.some(isRunning) ? PROGRESS_MS : false),
  })
  const take = (privacy: PersonPrivacy) => client.setQueryData(queryKey, privacy)
  const onError = (error: Error) => toast.error('That did not work', { description: error.message })
  const change = useMutation({
    mutationFn: (optedOut: boolean) => api<PersonPrivacy>('/api/me/privacy', { method: 'PATCH', json: { optedOut } }),
    onSuccess: (privacy, optedOut) => {
      take(privacy)
      toast.success(optedOut ? 'Nothing new of you is kept' : 'What you post may be kept again')
    },
    onError,
  })
  const erase = useMutation({
    mutationFn: (json: { confirm: string; withAccount: boolean }) =>
      api<PersonPrivacy>('/api/me/erasures', { method: 'POST', json }),
    onSuccess: take,
    onError,
  })
  return { privacy: data, change, erase, isErasing: data.erasures.some(isRunning) }
}

function isRunning({ erasedAt, cancelledAt }: PersonPrivacy['erasures'][number]): boolean {
  return erasedAt === null && cancelledAt === null
}
