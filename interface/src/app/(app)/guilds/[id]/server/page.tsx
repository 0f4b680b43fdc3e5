import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { GuildServerScreen } from '@/app/management-screens.tsx'
import { loadGuildServer } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Server' }

export default async function GuildServerPage({ params }: Props) {
  const { id } = await params
  const result = await loadGuildServer(id)
  switch (result.outcome) {
    case 'ok':
      return <GuildServerScreen {...result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/server`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
