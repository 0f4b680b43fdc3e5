import { Compass, LoaderCircle } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import { Message } from '@/components/ui/message.tsx'
import { Problem } from '@/components/ui/problem.tsx'
import { ApiError } from '@/lib/api.ts'
import { Overlay } from './overlay.tsx'

/** In place of the player while a clip loads, or when it cannot be shown. */
export function MissingClip({
  error,
  onClose,
  onRetry,
}: {
  error: Error | null
  onClose: () => void
  onRetry: () => void
}) {
  const isGone = error instanceof ApiError && error.status === 404
  return (
    <Overlay title="Clip" onClose={onClose}>
      <div className="grid min-h-svh place-items-center">
        {error === null ? <LoaderCircle aria-label="Loading" className="size-8 animate-spin text-muted" /> : null}
        {isGone ? (
          <Message
            icon={<Compass />}
            title="There is nothing here"
            actions={<Button onClick={onClose}>Back to the library</Button>}
          >
            {error.message}
          </Message>
        ) : null}
        {error && !isGone ? <Problem message={error.message} onRetry={onRetry} /> : null}
      </div>
    </Overlay>
  )
}
