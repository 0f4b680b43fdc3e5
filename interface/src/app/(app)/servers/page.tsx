import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadServers } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { ServersView } from '@/features/servers/servers-view.tsx'

type Props = { searchParams: Promise<{ added?: string | string[]; invitation?: string | string[] }> }

export const metadata: Metadata = { title: 'Servers' }

export default async function ServersPage({ searchParams }: Props) {
  const { added, invitation } = await searchParams
  const result = await loadServers()
  switch (result.outcome) {
    case 'ok':
      return (
        <ServersView
          initial={result.data}
          added={typeof added === 'string' && /^\d{1,20}$/.test(added) ? added : null}
          invitation={typeof invitation === 'string' ? invitation : null}
        />
      )
    case 'signed-out':
      return redirect('/?next=%2Fservers')
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
