'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { api } from '@/lib/api.ts'
import type { GuildScans } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { useLiveEvents } from '@/lib/use-live-events.ts'

const PAUSE_MS = 400

/** The scans of a guild, looked up again whenever the server says that something changed, and the two things a manager can do. */
export function useScans(initial: GuildScans, at: number) {
  const client = useQueryClient()
  const guildId = initial.guild.id
  const queryKey = ['scans', guildId]
  const path = `/api/guilds/${guildId}/scans`
  const { data: scans } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<GuildScans>(path, { signal }),
    initialData: initial,
    initialDataUpdatedAt: at,
  })

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useLiveEvents((event) => {
    if (event.guildId !== null && event.guildId !== guildId) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void client.invalidateQueries({ queryKey: ['scans', guildId] })
    }, PAUSE_MS)
  })

  const change = (method: 'POST' | 'DELETE') => ({
    mutationFn: (channelIds: string[] | undefined) =>
      api<GuildScans & { started?: number; stopped?: number }>(path, { method, json: { channelIds } }),
    onSuccess: ({ guild, channels, started, stopped }: GuildScans & { started?: number; stopped?: number }) => {
      client.setQueryData<GuildScans>(queryKey, { guild, channels })
      if (started === 0) toast('These channels are being read already')
      if (started !== undefined && started > 1) toast.success(`${countOf(started, 'scan')} started`)
      if (stopped !== undefined && stopped > 1) toast(`${countOf(stopped, 'scan')} stopped`)
    },
    onError: (error: Error) => toast.error('That did not work', { description: error.message }),
  })
  const start = useMutation(change('POST'))
  const stop = useMutation(change('DELETE'))
  return { scans, start, stop }
}
