import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadPrivacy } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { PrivacyView } from '@/features/privacy/privacy-view.tsx'

export const metadata: Metadata = { title: 'Your data' }

export default async function PrivacyOfAccountPage() {
  const result = await loadPrivacy()
  switch (result.outcome) {
    case 'ok':
      return <PrivacyView initial={result.data} at={result.data.at} />
    case 'signed-out':
      return redirect('/?next=%2Faccount%2Fprivacy')
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
