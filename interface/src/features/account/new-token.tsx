'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'

/** A token that was just made: the only time it is shown. */
export function NewToken({ token, onDone }: { token: string; onDone: () => void }) {
  const [isCopied, setIsCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(token)
      setIsCopied(true)
    } catch {
      toast.error('Copying did not work. Select the token and copy it yourself.')
    }
  }
  return (
    <output className="block space-y-3 rounded-2xl border border-line-strong bg-surface p-4 sm:p-5">
      <p>
        Your new token. <strong className="font-medium">It is not shown again.</strong>
      </p>
      <code data-testid="new-token" className="block rounded-lg bg-raised px-3 py-2.5 text-sm break-all select-all">
        {token}
      </code>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
        <Button onClick={onDone}>I have kept it</Button>
      </div>
    </output>
  )
}
