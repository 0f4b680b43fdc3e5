import { AppError } from '@dcs/shared/core'
import { may } from '@dcs/shared/domain'
import { eventStream } from '../event-stream.ts'
import { subscribe, type LiveEvent } from '../live-events.ts'
import { route } from '../route-handler.ts'
import { findViewer, type Viewer } from '../viewer.ts'

/** A person with more tabs than this looks at some of them without news. */
const MOST_STREAMS = 24

const openStreams = new Map<string, number>()

/**
 * What happens in the guilds of a viewer. Who they are and what they may see is asked again for each event, whenever it may have changed and every 15 s: a guild they left and a
 * channel they do not see say nothing to them any more, a change of what they may see is told as `access`, and the stream ends when they are signed out. Throws
 * `rate-limited` when the person has too many streams open.
 */
export const events = route({}, async ({ request, viewer: first }) => {
  const headers = new Headers(request.headers)
  const leave = enter(first.userId)
  const stream = eventStream(
    async ({ send, end }) => {
      let sight = sightOf(first)
      let seen = first
      const look = async (): Promise<boolean> => {
        const viewer = await findViewer(headers)
        if (!viewer) {
          end()
          return false
        }
        const now = sightOf(viewer)
        seen = viewer
        if (now !== sight) send({ kind: 'access', guildId: null })
        sight = now
        return true
      }
      const unsubscribe = await subscribe(async (news) => {
        const own = news.filter((event) => concerns(seen, event))
        if (own.length === 0 || !(await look())) return
        const told = own.filter((event) => event.kind !== 'access' && mayKnow(seen, event))
        for (const { kind, guildId } of new Map(
          told.map((event) => [`${event.kind} ${event.guildId}`, event]),
        ).values())
          send({ kind, guildId })
      }).catch((error: unknown) => {
        leave()
        throw error
      })
      return {
        stop: () => {
          unsubscribe()
          leave()
        },
        look: () => void look().catch(() => {}),
      }
    },
    { signal: request.signal },
  )
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // no-transform also keeps Next from compressing, which would hold events back.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
})

/** Whether it is worth asking what the viewer may know. */
function concerns({ userId, guilds }: Viewer, event: LiveEvent): boolean {
  if (event.userId !== null) return event.userId === userId
  return (
    event.kind !== 'access' || event.guildId === null || guilds.some(({ guild }) => guild.guildId === event.guildId)
  )
}

/** News of a channel are for those who see it there, what concerns all scans of a guild for those who may see its statistics, as all managers may. */
function mayKnow({ guilds }: Viewer, { kind, guildId, channelId }: LiveEvent): boolean {
  if (guildId === null) return true
  const access = guilds.find(({ guild }) => guild.guildId === guildId)?.access
  if (!access) return false
  if (channelId !== null) return (kind === 'clips' ? access.channelIds : access.shownChannelIds).includes(channelId)
  return kind === 'clips' || may(access, 'stats')
}

/** Counts the streams of a person in this program. Returns how to leave. */
function enter(userId: string): () => void {
  const count = openStreams.get(userId) ?? 0
  if (count >= MOST_STREAMS)
    throw new AppError('rate-limited', `${userId} has ${count} streams open`, {
      publicMessage: 'Too many tabs are open. Close some to see news here.',
    })
  openStreams.set(userId, count + 1)
  let isIn = true
  return () => {
    if (!isIn) return
    isIn = false
    const left = (openStreams.get(userId) ?? 1) - 1
    if (left > 0) openStreams.set(userId, left)
    else openStreams.delete(userId)
  }
}

/** The same for as long as a person may see and do the same. */
function sightOf({ guilds }: Viewer): string {
  return JSON.stringify(
    guilds.map(({ access: { guildId, level, channelIds, shownChannelIds, abilities } }) => [
      guildId,
      level,
      channelIds.toSorted(),
      shownChannelIds.toSorted(),
      abilities,
    ]),
  )
}
