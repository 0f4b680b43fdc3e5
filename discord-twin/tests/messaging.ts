import { DiscordAPIError } from '@discordjs/rest'
import { DEMO } from '../src/index.ts'
import type { Message } from '../src/world/types.ts'
import type { NewChannel, NewMessage } from '../src/world/drafts.ts'
import type { World } from '../src/world/world.ts'

/** Places of the demo world to post in, and what people say there. */
export function createPlaces(world: World) {
  const newChannel = (options: Partial<NewChannel> = {}): string =>
    world.createChannel({ guildId: DEMO.guilds.squad, name: 'place', ...options }).id
  const withOverwrite = (allow: readonly bigint[], deny: readonly bigint[]): string =>
    newChannel({ overwrites: [{ id: world.botId, type: 1, allow: sum(allow), deny: sum(deny) }] })
  return {
    newChannel,
    /** A channel in which the bot has these permissions besides its others. */
    withBits: (...bits: bigint[]) => withOverwrite(bits, []),
    withoutBits: (...bits: bigint[]) => withOverwrite([], bits),
    say: (channelId: string, content: string, more: Partial<NewMessage> = {}): Message =>
      world.postMessage({ channelId, authorId: DEMO.people.sam, content, ...more }),
  }
}

/** Discord's refusal of a request. Throws when it was not refused. */
export async function refusal(attempt: Promise<unknown>): Promise<{ status: number; code: unknown; errors: unknown }> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DiscordAPIError)) throw new Error(`There was no refusal: ${String(error)}`)
  const { errors } = error.rawError as { errors?: unknown }
  return { status: error.status, code: error.code, errors }
}

function sum(bits: readonly bigint[]): string {
  return bits.reduce((all, bit) => all | bit, 0n).toString()
}
