'use client'

import { Problem } from '@/components/ui/problem.tsx'

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <main id="content" className="grid min-h-svh place-items-center">
      <Problem message="Something went wrong on our side. Try again in a moment." onRetry={reset} />
    </main>
  )
}
