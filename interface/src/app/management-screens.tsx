'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { GuildChips } from '@/components/shell/guild-chips.tsx'
import { AccessForm } from '@/features/access/access-form.tsx'
import { AuditView } from '@/features/access/audit-view.tsx'
import { ServerView } from '@/features/servers/server-view.tsx'
import type { GuildItem } from '@/lib/api-types.ts'
import type { AuditData, GuildAccessData, GuildServerData } from '@/lib/server-side.ts'

/** Who may do what in a server, with the switch between servers. */
export function GuildAccessScreen({ guilds, form }: GuildAccessData) {
  return (
    <Screen guilds={guilds} current={form.guild.id} page="access">
      <AccessForm key={form.guild.id} initial={form} />
    </Screen>
  )
}

/** What people changed in a server, with the switch between servers. */
export function AuditScreen({ guilds, audit, at }: AuditData) {
  return (
    <Screen guilds={guilds} current={audit.guild.id} page="audit">
      <AuditView key={audit.guild.id} initial={audit} at={at} />
    </Screen>
  )
}

/** Who claimed a server and what the bot may do there, with the switch between servers. */
export function GuildServerScreen({ guilds, server }: GuildServerData) {
  return (
    <Screen guilds={guilds} current={server.guild.id} page="server">
      <ServerView key={server.guild.id} initial={server} />
    </Screen>
  )
}

function Screen(props: { guilds: readonly GuildItem[]; current: string; page: string; children: ReactNode }) {
  const router = useRouter()
  const managed = props.guilds.filter(({ canManage }) => canManage)
  return (
    <main id="content" className="px-gutter pt-3 pb-16">
      {managed.length > 1 ? (
        <GuildChips
          guilds={managed}
          current={props.current}
          hrefOf={(id) => `/guilds/${id}/${props.page}`}
          onPick={(href) => router.push(href)}
        />
      ) : null}
      {props.children}
    </main>
  )
}
