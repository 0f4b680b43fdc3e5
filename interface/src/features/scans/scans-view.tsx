'use client'

import { Radar } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Message } from '@/components/ui/message.tsx'
import type { ChannelScanItem, GuildScans, ScanMode } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { useNow } from '@/lib/use-now.ts'
import { FirstScan } from './first-scan.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { BudgetLine, ScanCard, StoppedBanner } from './scan-card.tsx'
import { ScanRow } from './scan-row.tsx'
import { ScansFrame } from './scans-frame.tsx'
import { StartMenu } from './start-menu.tsx'
import { useScanActions, useScans } from './use-scans.ts'

/** How far each channel of a server has been read, live; managers can scan, pause, cancel, and switch channels on and off. */
export function ScansView({ initial, at }: { initial: GuildScans; at: number }) {
  const { guild, channels, manager } = useScans(initial, at)
  const actions = useScanActions(guild.id)
  const now = useNow(at)
  const [past, setPast] = useState<ChannelScanItem | null>(null)
  const groups = useMemo(() => groupByCategory(channels), [channels])
  const on = channels.filter(({ isReading }) => isReading).length
  const switchOn = on === 0
  const startAll = (mode: ScanMode) => actions.start.mutate({ mode, ...(switchOn ? { switchOn } : {}) })
  const isFirst = guild.canManage && manager?.scan === null && channels.every(({ runId }) => runId === null)
  const canStart = guild.canManage && channels.length > 0
  return (
    <ScansFrame
      guild={guild}
      place="channels"
      problems={manager?.problems ?? 0}
      summary={<Summary channels={channels} on={on} />}
      actions={
        canStart && !isFirst ? (
          <StartMenu
            label={switchOn ? 'Scan all channels' : 'Scan'}
            of={switchOn ? guild.name : 'all channels that are switched on'}
            isBig
            disabled={actions.isPending}
            onStart={startAll}
          />
        ) : null
      }
    >
      {manager ? (
        <div className="space-y-3 pb-7 empty:hidden">
          {manager.budget?.stopped ? <StoppedBanner stopped={manager.budget.stopped} now={now} /> : null}
          {manager.scan ? <ScanCard scan={manager.scan} now={now} actions={guild.canManage ? actions : null} /> : null}
          {manager.budget ? <BudgetLine budget={manager.budget} /> : null}
        </div>
      ) : null}
      {canStart && isFirst ? (
        <FirstScan switchesOn={switchOn ? channels.length : 0} disabled={actions.isPending} onStart={startAll} />
      ) : null}
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
                guildId={guild.id}
                channel={channel}
                now={now}
                canManage={guild.canManage}
                actions={actions}
                onHistory={setPast}
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
      {guild.canManage ? (
        <HistoryPanel guildId={guild.id} channel={past} now={now} onClose={() => setPast(null)} />
      ) : null}
    </ScansFrame>
  )
}

function Summary({ channels, on }: { channels: readonly ChannelScanItem[]; on: number }) {
  const clips = channels.reduce(
    (sum, channel) => sum + channel.clips.ready + channel.clips.pending + (channel.threads?.clips ?? 0),
    0,
  )
  const reading = channels.filter(({ status, isPaused }) => status === 'running' && !isPaused).length
  const waiting = channels.filter(({ status, isPaused }) => status === 'queued' && !isPaused).length
  const now = [reading > 0 ? `reading ${reading} now` : null, waiting > 0 ? `${waiting} waiting` : null].filter(Boolean)
  return (
    <>
      {on} of {countOf(channels.length, 'channel')} switched on, {countOf(clips, 'clip')}
      {now.length > 0 ? (
        <>
          , <span className="text-accent-text">{now.join(', ')}</span>
        </>
      ) : null}
    </>
  )
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
