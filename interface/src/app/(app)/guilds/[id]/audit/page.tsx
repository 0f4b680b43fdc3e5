import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { AuditScreen } from '@/app/management-screens.tsx'
import { loadAudit } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Changes' }

export default async function AuditPage({ params }: Props) {
  const { id } = await params
  const result = await loadAudit(id)
  switch (result.outcome) {
    case 'ok':
      return <AuditScreen {...result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/audit`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
