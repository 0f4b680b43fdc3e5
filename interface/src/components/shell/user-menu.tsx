'use client'

import { LogOut, Server, ShieldCheck, UserRound } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu } from 'radix-ui'
import { toast } from 'sonner'
import { Picture } from '@/components/ui/picture.tsx'
import { api } from '@/lib/api.ts'
import { useKeptSession } from '@/lib/use-kept-session.ts'

/** Who is signed in, and the way out. */
export function UserMenu({ name, image }: { name: string; image: string | null }) {
  useKeptSession()
  const signOut = async () => {
    try {
      await api('/api/auth/sign-out', { method: 'POST', json: {} })
      window.location.assign('/')
    } catch {
      toast.error('Signing out did not work. Try again.')
    }
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`Account of ${name}`}
        className="rounded-full ring-line-strong transition-shadow hover:ring-4 data-[state=open]:ring-4"
      >
        <Picture src={image} name={name} className="size-8 rounded-full text-base" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={8}
          className="z-50 min-w-52 animate-rise rounded-xl border border-line bg-surface p-1.5 shadow-2xl shadow-black/30"
        >
          <DropdownMenu.Label className="px-3 pt-2 pb-2.5">
            <span className="block text-xs text-faint">Signed in as</span>
            <span className="block max-w-56 truncate font-medium">{name}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="mx-1.5 mb-1 h-px bg-line" />
          <DropdownMenu.Item
            asChild
            className="flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none data-[highlighted]:bg-shade"
          >
            <Link href="/servers">
              <Server className="size-4 text-muted" /> Servers
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item
            asChild
            className="flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none data-[highlighted]:bg-shade"
          >
            <Link href="/account">
              <UserRound className="size-4 text-muted" /> Account
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item
            asChild
            className="flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none data-[highlighted]:bg-shade"
          >
            <Link href="/account/privacy">
              <ShieldCheck className="size-4 text-muted" /> Your data
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item
            onSelect={() => void signOut()}
            className="flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none data-[highlighted]:bg-shade"
          >
            <LogOut className="size-4 text-muted" /> Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
