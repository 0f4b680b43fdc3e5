import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { loadScanSettings } from '@/app/page-data.ts'
import { ProblemPage } from '@/app/problem-page.tsx'
import { ScanSettingsScreen } from '@/app/scans-screen.tsx'

type Props = { params: Promise<{ id: string }> }

export const metadata: Metadata = { title: 'Scanning settings' }

export default async function ScanSettingsPage({ params }: Props) {
  const { id } = await params
  const result = await loadScanSettings(id)
  switch (result.outcome) {
    case 'ok':
      return <ScanSettingsScreen {...result.data} />
    case 'signed-out':
      return redirect(`/?next=${encodeURIComponent(`/guilds/${id}/scans/settings`)}`)
    case 'not-found':
      return notFound()
    case 'problem':
      return <ProblemPage problem={result.problem} />
  }
}
