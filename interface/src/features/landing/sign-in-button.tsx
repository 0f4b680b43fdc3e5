'use client'

import { LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { api } from '@/lib/api.ts'

/** Sends the person to Discord and back to `next`. */
export function SignInButton({ next }: { next: string }) {
  const [isLeaving, setIsLeaving] = useState(false)
  const signIn = async () => {
    setIsLeaving(true)
    try {
      const { url } = await api<{ url: string }>('/api/auth/sign-in/social', {
        method: 'POST',
        json: { provider: 'discord', callbackURL: next, errorCallbackURL: '/sign-in-failed' },
      })
      window.location.assign(url)
    } catch (error) {
      setIsLeaving(false)
      toast.error('Sign-in could not start', { description: error instanceof Error ? error.message : undefined })
    }
  }
  return (
    <Button
      look="primary"
      data-testid="sign-in"
      onClick={() => void signIn()}
      disabled={isLeaving}
      className="h-12 rounded-xl px-6 text-base"
    >
      {isLeaving ? <LoaderCircle className="size-5 animate-spin" /> : <DiscordSign />}
      Sign in with Discord
    </Button>
  )
}

function DiscordSign() {
  return (
    <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden className="size-5">
      <path d="M19.6 5.400A17 17 0 0 0 15.4 4l-.5 1.100a15.6 15.6 0 0 0-5.7 0L8.6 4a17 17 0 0 0-4.2 1.400C1.7 9.4 1 13.3 1.3 17.200A17 17 0 0 0 6.5 19.800l1.1-1.8-1.8-.9.4-.3a12 12 0 0 0 11.6 0l.4.3-1.8.9 1.1 1.800a17 17 0 0 0 5.2-2.600c.5-4.5-.8-8.4-3.1-11.800ZM8.5 14.900c-1 0-1.9-1-1.9-2.100s.8-2.1 1.9-2.1 1.9 1 1.9 2.1-.8 2.1-1.9 2.100Zm7 0c-1 0-1.9-1-1.9-2.100s.8-2.1 1.9-2.1 1.9 1 1.9 2.1-.8 2.1-1.9 2.100Z" />
    </svg>
  )
}
