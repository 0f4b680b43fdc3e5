import { Compass } from 'lucide-react'
import Link from 'next/link'
import { Button } from '@/components/ui/button.tsx'
import { Message } from '@/components/ui/message.tsx'

export const metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main id="content" className="grid min-h-svh place-items-center">
      <h1 className="sr-only">Not found</h1>
      <Message
        icon={<Compass />}
        title="There is nothing here"
        actions={
          <Button asChild look="primary">
            <Link href="/">Go to the library</Link>
          </Button>
        }
      >
        It does not exist, it was removed, or your roles in Discord do not let you see it.
      </Message>
    </main>
  )
}
