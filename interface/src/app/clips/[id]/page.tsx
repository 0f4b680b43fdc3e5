import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { clipTitle } from '@/lib/clip-text.ts'
import { ClipScreen } from '../../clip-screen.tsx'
import { loadClip } from '../../page-data.ts'
import { ProblemPage } from '../../problem-page.tsx'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const result = await loadClip((await params).id)
  return result.outcome === 'ok' ? { title: clipTitle(result.data.clip) } : {}
}

export default async function ClipPage({ params }: Props) {
  const { id } = await params
  const result = await loadClip(id)
  switch (result.outcome) {
    case 'ok':
      return <ClipScreen initial={result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/clips/${id}`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
