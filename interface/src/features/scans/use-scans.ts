'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { api } from '@/lib/api.ts'
import type { GuildScans, ScanMode, ThreadScans } from '@/lib/api-types.ts'
import { useLiveEvents } from '@/lib/use-live-events.ts'

const PAUSE_MS = 500

/** A scan to start; without channels all that are switched on, or with `switchOn` all. */
export type StartRequest = { mode: ScanMode; channelIds?: string[]; switchOn?: boolean }

/** Pauses, resumes or cancels; without channels all. */
export type ControlRequest = { action: 'pause' | 'resume' | 'cancel'; channelIds?: string[] }

/** Switches reading of channels on or off. */
export type SwitchRequest = { channelIds: string[]; isReading: boolean }

/** What a manager can do with scans. */
export type ScanActions = ReturnType<typeof useScanActions>

/** The scans of a guild, looked up again whenever the server says that something changed. */
export function useScans(initial: GuildScans, at: number): GuildScans {
  const client = useQueryClient()
  const guildId = initial.guild.id
  const { data } = useQuery({
    queryKey: ['scans', guildId],
    queryFn: ({ signal }) => api<GuildScans>(`/api/guilds/${guildId}/scans`, { signal }),
    initialData: initial,
    initialDataUpdatedAt: at,
    // A scan that stands still tells nothing; the budget and the estimates go on.
    refetchInterval: ({ state }) => (state.data?.channels.some(isBusy) ? 5_000 : false),
  })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useLiveEvents((event) => {
    if (event.guildId !== null && event.guildId !== guildId) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      for (const key of ['scans', 'threads', 'runs', 'problems'])
        void client.invalidateQueries({ queryKey: [key, guildId] }, { cancelRefetch: false })
    }, PAUSE_MS)
  })
  return data
}

/** The threads of a channel, page by page; asked for when they are opened. */
export function useThreads(guildId: string, channelId: string, pages: number) {
  return useQuery({
    queryKey: ['threads', guildId, channelId, pages],
    queryFn: async ({ signal }) => {
      const all: ThreadScans = { threads: [], next: null }
      for (let page = 0; page < pages; page++) {
        const after = all.next ? `?after=${all.next}` : ''
        const path = `/api/guilds/${guildId}/channels/${channelId}/threads${after}`
        const answer = await api<ThreadScans>(path, { signal })
        all.threads.push(...answer.threads)
        all.next = answer.next
        if (!all.next) break
      }
      return all
    },
    placeholderData: (previous) => previous,
  })
}

/** The things a manager can do. Each shows its effect at once and says when it did not work. */
export function useScanActions(guildId: string) {
  const client = useQueryClient()
  const path = `/api/guilds/${guildId}/scans`
  const keep = ({ guild, channels, manager }: GuildScans) => {
    client.setQueryData<GuildScans>(['scans', guildId], { guild, channels, manager })
    void client.invalidateQueries({ queryKey: ['threads', guildId] })
  }
  const onError = (error: Error) => toast.error('That did not work', { description: error.message })
  const start = useMutation({
    mutationFn: (json: StartRequest) => api<GuildScans & { created: boolean }>(path, { method: 'POST', json }),
    onSuccess: (answer) => {
      keep(answer)
      if (!answer.created)
        toast('This is being scanned already', {
          description: 'If you want another kind of scan, start it when this one is over.',
        })
    },
    onError,
  })
  const control = useMutation({
    mutationFn: ({ action, channelIds }: ControlRequest) =>
      api<GuildScans>(
        path,
        action === 'cancel'
          ? { method: 'DELETE', json: { channelIds } }
          : { method: 'PATCH', json: { action, channelIds } },
      ),
    onSuccess: keep,
    onError,
  })
  const switchReading = useMutation({
    mutationFn: (json: SwitchRequest) => api<GuildScans>(`/api/guilds/${guildId}/channels`, { method: 'PATCH', json }),
    onMutate: ({ channelIds, isReading }) =>
      client.setQueryData<GuildScans>(
        ['scans', guildId],
        (old) =>
          old && {
            ...old,
            channels: old.channels.map((channel) =>
              channelIds.includes(channel.channelId) ? { ...channel, isReading } : channel,
            ),
          },
      ),
    onSuccess: keep,
    onError: (error) => {
      void client.invalidateQueries({ queryKey: ['scans', guildId] })
      onError(error)
    },
  })
  return { start, control, switchReading, isPending: start.isPending || control.isPending }
}

/** Waiting or being read. */
export function isBusy({ status }: { status: string }): boolean {
  return status === 'queued' || status === 'running'
}
