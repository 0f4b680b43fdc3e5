import { KeyRound } from 'lucide-react'
import type { Metadata } from 'next'
import { Message } from '@/components/ui/message.tsx'
import { SignInButton } from '@/features/landing/sign-in-button.tsx'

export const metadata: Metadata = { title: 'Sign-in failed' }

export default async function SignInFailed({ searchParams }: { searchParams: Promise<{ error?: string | string[] }> }) {
  const { error } = await searchParams
  const isOwnChoice = error === 'access_denied'
  return (
    <main id="content" className="grid min-h-svh place-items-center">
      <h1 className="sr-only">Sign-in failed</h1>
      <Message
        icon={<KeyRound />}
        title={isOwnChoice ? 'You are not signed in' : 'Signing in did not work'}
        actions={<SignInButton next="/" />}
      >
        {isOwnChoice
          ? 'You said no in Discord, and nothing was stored. You can try again at any time.'
          : 'Discord and this site did not agree. It may have taken too long, or a link was used twice. Try again.'}
      </Message>
    </main>
  )
}
