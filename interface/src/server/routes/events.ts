import { eventStream } from '../event-stream.ts'
import { subscribe } from '../live-events.ts'
import { route } from '../route-handler.ts'
import { findViewer } from '../viewer.ts'

export const events = route({}, async ({ request }) => {
  const headers = new Headers(request.headers)
  const stream = eventStream(
    (send) =>
      // Asked again for each event: a guild somebody has left says nothing to them any more.
      subscribe(async (event) => {
        const viewer = await findViewer(headers)
        if (viewer && (event.guildId === null || viewer.guilds.some(({ guild }) => guild.guildId === event.guildId)))
          send(event)
      }),
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
