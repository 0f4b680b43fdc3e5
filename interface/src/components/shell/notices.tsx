'use client'

import { useTheme } from 'next-themes'
import { useEffect } from 'react'
import { toast, Toaster } from 'sonner'

/** Short notices in the corner, and the one that says the connection is gone. */
export function Notices() {
  const { resolvedTheme } = useTheme()
  useEffect(() => {
    const onOffline = () =>
      toast.warning('You are offline', {
        id: 'offline',
        description: 'What is shown may be old. It goes on by itself.',
        duration: Infinity,
      })
    const onOnline = () => {
      toast.dismiss('offline')
      toast.success('Back online', { duration: 2_500 })
    }
    if (!navigator.onLine) onOffline()
    window.addEventListener('offline', onOffline)
    window.addEventListener('online', onOnline)
    return () => {
      window.removeEventListener('offline', onOffline)
      window.removeEventListener('online', onOnline)
    }
  }, [])
  return (
    <Toaster
      theme={resolvedTheme === 'light' ? 'light' : 'dark'}
      position="bottom-right"
      toastOptions={{
        style: {
          fontFamily: 'inherit',
          background: 'var(--surface)',
          color: 'var(--text)',
          borderColor: 'var(--line-strong)',
        },
      }}
    />
  )
}
