import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadProblems } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { ProblemsScreen } from '@/app/scans-screen.tsx'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Problems' }

export default async function ProblemsPage({ params }: Props) {
  const { id } = await params
  const result = await loadProblems(id)
  switch (result.outcome) {
    case 'ok':
      return <ProblemsScreen {...result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/scans/problems`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
