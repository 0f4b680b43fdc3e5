import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadPurge } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { PurgeView } from '@/features/privacy/purge-view.tsx'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Erase this server' }

export default async function DangerPage({ params }: Props) {
  const { id } = await params
  const result = await loadPurge(id)
  switch (result.outcome) {
    case 'ok':
      return <PurgeView key={id} initial={result.data.purge} at={result.data.at} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/danger`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
