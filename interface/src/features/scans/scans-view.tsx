'use client'

import { Radar, Square } from 'lucide-react'
import { useMemo } from 'react'
import { Button } from '@/components/ui/button.tsx'
import { Message } from '@/components/ui/message.tsx'
import type { ChannelScanItem, GuildScans } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { useNow } from '@/lib/use-now.ts'
import { ScanRow } from './scan-row.tsx'
import { useScans } from './use-scans.ts'

/** How far each channel of a server has been read, live; managers can start and stop. */
export function ScansView({ initial, at }: { initial: GuildScans; at: number }) {
  const { scans, start, stop } = useScans(initial, at)
  const now = useNow(at)
  const { guild, channels } = scans
  const groups = useMemo(() => groupByCategory(channels), [channels])
  const active = channels.filter(isActive).length
  const total = channels.reduce((sum, { clips }) => sum + clips.ready + clips.pending, 0)
  return (
    <div className="mx-auto w-full max-w-5xl">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4 pt-8 pb-6">
        <div>
          <h1 className="text-2xl font-semibold tracking-[-0.02em]">{guild.name}</h1>
          <output className="mt-1 block text-muted">
            {countOf(channels.length, 'channel')}, {countOf(total, 'clip')}
            {active > 0 ? (
              <>
                , <span className="text-accent-text">reading {active} now</span>
              </>
            ) : null}
          </output>
        </div>
        {guild.canManage && channels.length > 0 ? (
          <div className="flex gap-2">
            {active > 0 ? (
              <Button onClick={() => stop.mutate(undefined)} disabled={stop.isPending}>
                <Square className="size-3.5 fill-current" /> Stop all
              </Button>
            ) : null}
            <Button
              look="primary"
              data-testid="scan-now"
              onClick={() => start.mutate(undefined)}
              disabled={start.isPending || active === channels.length}
            >
              <Radar className="size-4" /> Scan all channels
            </Button>
          </div>
        ) : null}
      </div>
      {channels.length === 0 ? (
        <Message icon={<Radar />} title="No channel to show">
          There is no channel in {guild.name} that both you and the bot can read.
        </Message>
      ) : null}
      {groups.map(({ name, members }) => (
        <section key={name} className="pb-7">
          <h2 className="pb-2 text-[0.8125rem] font-medium text-muted">{name}</h2>
          <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
            {members.map((channel) => (
              <ScanRow
                key={channel.channelId}
                channel={channel}
                now={now}
                canManage={guild.canManage}
                isBusy={start.isPending || stop.isPending}
                onStart={() => start.mutate([channel.channelId])}
                onStop={() => stop.mutate([channel.channelId])}
              />
            ))}
          </ul>
        </section>
      ))}
      {guild.canManage ? null : (
        <p className="pb-8 text-sm text-faint">
          Scans are started by people with the permission Manage Server in Discord.
        </p>
      )}
    </div>
  )
}

/** Waiting or being read. */
export function isActive({ status }: ChannelScanItem): boolean {
  return status === 'queued' || status === 'running'
}

function groupByCategory(channels: readonly ChannelScanItem[]) {
  const groups: { name: string; members: ChannelScanItem[] }[] = []
  for (const channel of channels) {
    const name = channel.categoryName ?? 'Channels'
    const group = groups.find((known) => known.name === name)
    if (group) group.members.push(channel)
    else groups.push({ name, members: [channel] })
  }
  return groups
}
