import type { ReactNode } from 'react'
import { Header } from '@/components/shell/header.tsx'
import { loadShell } from '../page-data.ts'

export default async function AppLayout({ children }: { children: ReactNode }) {
  const shell = await loadShell()
  return (
    <>
      {shell.outcome === 'ok' ? <Header {...shell.data} /> : null}
      {children}
    </>
  )
}
