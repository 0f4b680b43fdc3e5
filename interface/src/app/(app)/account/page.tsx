import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadAccount } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { AccountView } from '@/features/account/account-view.tsx'

export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const result = await loadAccount()
  switch (result.outcome) {
    case 'ok':
      return <AccountView {...result.data} />
    case 'signed-out':
      return redirect('/?next=%2Faccount')
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
