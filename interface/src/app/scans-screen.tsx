'use client'

import { useRouter } from 'next/navigation'
import { GuildChips } from '@/components/shell/guild-chips.tsx'
import { ScansView } from '@/features/scans/scans-view.tsx'
import type { ScansData } from '@/lib/server-side.ts'

/** The scan page with the switch between servers. */
export function ScansScreen({ guilds, scans, at }: ScansData) {
  const router = useRouter()
  return (
    <main id="content" className="px-gutter pt-3 pb-16">
      {guilds.length > 1 ? (
        <GuildChips
          guilds={guilds}
          current={scans.guild.id}
          hrefOf={(guildId) => `/guilds/${guildId}/scans`}
          onPick={(href) => router.push(href)}
        />
      ) : null}
      <ScansView key={scans.guild.id} initial={scans} at={at} />
    </main>
  )
}
