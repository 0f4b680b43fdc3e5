import { eventStream } from '../event-stream.ts'
import { subscribe, type LiveEvent } from '../live-events.ts'
import { route } from '../route-handler.ts'
import { findViewer, type Viewer } from '../viewer.ts'

/**
 * What happens in the guilds of a viewer. Who they are and what they may see is asked again for each event, whenever it may have changed and every 15 s: a guild they left says
 * nothing to them any more, a change of what they may see is told as `access`, and the stream ends when they are signed out.
 */
export const events = route({}, async ({ request, viewer: first }) => {
  const headers = new Headers(request.headers)
  const stream = eventStream(
    async ({ send, end }) => {
      let sight = sightOf(first)
      let guildIds = idsOf(first)
      const look = async (): Promise<Viewer | null> => {
        const viewer = await findViewer(headers)
        if (!viewer) {
          end()
          return null
        }
        const now = sightOf(viewer)
        guildIds = idsOf(viewer)
        if (now !== sight) send({ kind: 'access', guildId: null })
        sight = now
        return viewer
      }
      const concerns = ({ kind, guildId, userId }: LiveEvent) =>
        kind !== 'access' || userId === first.userId || (userId === null && (guildId === null || guildIds.has(guildId)))
      const stop = await subscribe(async (event) => {
        if (!concerns(event) || !(await look()) || event.kind === 'access') return
        if (event.guildId === null || guildIds.has(event.guildId)) send(event)
      })
      return { stop, look: () => void look().catch(() => {}) }
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

function idsOf({ guilds }: Viewer): Set<string> {
  return new Set(guilds.map(({ guild }) => guild.guildId))
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
