'use client'

import { RotateCw, TriangleAlert } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Button } from './button.tsx'
import { Message } from './message.tsx'

/** Something did not work: what, and a way to try again. */
export function Problem({ message, onRetry }: { message: string; onRetry?: () => void }) {
  const router = useRouter()
  const [isRetrying, startRetry] = useTransition()
  const retry = onRetry ?? (() => startRetry(() => router.refresh()))
  return (
    <div role="alert">
      <Message
        icon={<TriangleAlert />}
        title="That did not work"
        actions={
          <Button look="primary" onClick={retry} disabled={isRetrying}>
            <RotateCw className={isRetrying ? 'size-4 animate-spin' : 'size-4'} /> Try again
          </Button>
        }
      >
        {message}
      </Message>
    </div>
  )
}
