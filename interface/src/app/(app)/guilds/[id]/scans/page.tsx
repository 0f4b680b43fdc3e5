import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadScans } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { ScansScreen } from '@/app/scans-screen.tsx'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const result = await loadScans((await params).id)
  return { title: result.outcome === 'ok' ? `Scans of ${result.data.scans.guild.name}` : 'Scans' }
}

export default async function ScansPage({ params }: Props) {
  const { id } = await params
  const result = await loadScans(id)
  switch (result.outcome) {
    case 'ok':
      return <ScansScreen {...result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/scans`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
