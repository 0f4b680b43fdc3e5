'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { GuildChips } from '@/components/shell/guild-chips.tsx'
import { ProblemsView } from '@/features/problems/problems-view.tsx'
import { ScansView } from '@/features/scans/scans-view.tsx'
import { SettingsForm } from '@/features/scans/settings-form.tsx'
import type { GuildItem } from '@/lib/api-types.ts'
import type { ProblemsData, ScansData, ScanSettingsData } from '@/lib/server-side.ts'

/** The scan page with the switch between servers. */
export function ScansScreen({ guilds, scans, at }: ScansData) {
  return (
    <Screen guilds={guilds} current={scans.guild.id}>
      <ScansView key={scans.guild.id} initial={scans} at={at} />
    </Screen>
  )
}

/** The problems of a server with the switch between servers. */
export function ProblemsScreen({ guilds, problems, at }: ProblemsData) {
  return (
    <Screen guilds={guilds.filter(({ canManage }) => canManage)} current={problems.guild.id} page="/problems">
      <ProblemsView key={problems.guild.id} initial={problems} at={at} />
    </Screen>
  )
}

/** The scanning settings of a server with the switch between servers. */
export function ScanSettingsScreen({ guilds, form }: ScanSettingsData) {
  return (
    <Screen guilds={guilds.filter(({ canManage }) => canManage)} current={form.guild.id} page="/settings">
      <SettingsForm key={form.guild.id} initial={form} />
    </Screen>
  )
}

function Screen({
  guilds,
  current,
  page = '',
  children,
}: {
  guilds: readonly GuildItem[]
  current: string
  page?: string
  children: ReactNode
}) {
  const router = useRouter()
  return (
    <main id="content" className="px-gutter pt-3 pb-16">
      {guilds.length > 1 ? (
        <GuildChips
          guilds={guilds}
          current={current}
          hrefOf={(guildId) => `/guilds/${guildId}/scans${page}`}
          onPick={(href) => router.push(href)}
        />
      ) : null}
      {children}
    </main>
  )
}
