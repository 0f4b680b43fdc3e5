import { Clapperboard, Server } from 'lucide-react'
import Link from 'next/link'
import { Button } from '@/components/ui/button.tsx'
import { Message } from '@/components/ui/message.tsx'
import type { GuildItem } from '@/lib/api-types.ts'

/** Nobody shares a server with the bot. */
export function NoGuilds() {
  return (
    <Message
      icon={<Server />}
      title="No server in common yet"
      actions={
        <Button asChild look="primary">
          <Link href="/servers">Add the bot to a server</Link>
        </Button>
      }
    >
      You and the bot are not in the same Discord server. Once somebody adds the bot to one of yours, its clips appear
      here by themselves.
    </Message>
  )
}

/** There are servers, but no clips in them yet. */
export function NoClips({ guild, guilds }: { guild: GuildItem | null; guilds: readonly GuildItem[] }) {
  const managed = guild ? (guild.canManage ? guild : null) : (guilds.find(({ canManage }) => canManage) ?? null)
  const shown = managed ?? guild ?? guilds[0]
  return (
    <Message
      icon={<Clapperboard />}
      title={guild ? `No clips from ${guild.name} yet` : 'No clips yet'}
      actions={
        shown ? (
          <Button asChild look={managed ? 'primary' : 'quiet'}>
            <Link href={`/guilds/${shown.id}/scans`}>{managed ? 'Scan the channels' : 'See how far reading is'}</Link>
          </Button>
        ) : null
      }
    >
      {managed
        ? 'A scan reads the history of its channels and saves every clip it finds. New clips are saved as they are posted.'
        : 'Clips appear here as soon as a channel you can read has been scanned, or somebody posts one.'}
    </Message>
  )
}
