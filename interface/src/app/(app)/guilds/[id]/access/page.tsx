import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { GuildAccessScreen } from '@/app/management-screens.tsx'
import { loadGuildAccess } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Access' }

export default async function GuildAccessPage({ params }: Props) {
  const { id } = await params
  const result = await loadGuildAccess(id)
  switch (result.outcome) {
    case 'ok':
      return <GuildAccessScreen {...result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/access`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
