'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { PlayerScreen } from '@/features/player/player-screen.tsx'
import type { ClipDetail } from '@/lib/api-types.ts'
import { clipIdOf, hrefOfLibrary } from '@/lib/hrefs.ts'

/** A clip opened by its address alone; closing it leads to the library. */
export function ClipScreen({ initial }: { initial: ClipDetail }) {
  const router = useRouter()
  const guildId = useSearchParams().get('guild')
  const id = clipIdOf(usePathname()) ?? initial.clip.id
  return (
    <main id="content">
      <h1 className="sr-only">Clip</h1>
      <PlayerScreen id={id} guildId={guildId} initial={initial} onClose={() => router.push(hrefOfLibrary(guildId))} />
    </main>
  )
}
