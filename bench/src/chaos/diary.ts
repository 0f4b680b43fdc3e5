import type { World } from '@dcs/discord-twin'
import fs from 'node:fs'

/** Writes down when what happened, one JSON object per line, for whoever looks for the cause of a difference. */
export function keepDiary(file: string, world: World) {
  const handle = fs.openSync(file, 'a')
  const write = (what: string, about: object = {}) =>
    void fs.writeSync(handle, `${JSON.stringify({ time: Date.now(), what, ...about })}\n`)
  const end = world.onEvent((event) => {
    const about = event as { message?: { id: string }; messageIds?: string[]; channel?: { id: string } }
    write(event.kind, { channelId: about.channel?.id, messageIds: about.messageIds ?? about.message?.id })
  })
  return {
    write,
    close: () => {
      end()
      fs.closeSync(handle)
    },
  }
}
