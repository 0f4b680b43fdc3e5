import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadTokens } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { TokensView } from '@/features/account/tokens-view.tsx'

export const metadata: Metadata = { title: 'API tokens' }

export default async function TokensPage() {
  const result = await loadTokens()
  switch (result.outcome) {
    case 'ok':
      return <TokensView initial={result.data} at={result.data.at} />
    case 'signed-out':
      return redirect('/?next=%2Faccount%2Ftokens')
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
