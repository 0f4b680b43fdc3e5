'use client'

import { ExternalLink } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { api } from '@/lib/api.ts'

/** Goes to Discord to add the bot to a server, or to give it the permissions that it needs. Without a server it is chosen there. */
export function AddBotButton(props: { guildId: string | null; isMain?: boolean; label?: string; children: ReactNode }) {
  const [isLeaving, setIsLeaving] = useState(false)
  const add = async () => {
    setIsLeaving(true)
    try {
      const { url } = await api<{ url: string }>('/api/install', { method: 'POST', json: { guildId: props.guildId } })
      window.location.assign(url)
    } catch (error) {
      setIsLeaving(false)
      toast.error('That did not work', { description: error instanceof Error ? error.message : undefined })
    }
  }
  return (
    <Button
      size={props.isMain ? 'normal' : 'small'}
      look={props.isMain ? 'primary' : 'quiet'}
      aria-label={props.label}
      data-testid="add-bot"
      disabled={isLeaving}
      onClick={() => void add()}
    >
      {props.children} <ExternalLink aria-hidden className="size-3.5" />
    </Button>
  )
}
