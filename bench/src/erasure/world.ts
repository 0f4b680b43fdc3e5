import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { DEMO, mediaFile, startTwin, type Twin } from '@dcs/discord-twin'

/** Somebody who posted a lot, with names and words that nobody else uses. */
export const PERSON = {
  id: '412345678901234567',
  username: 'zebulon.quartermaine',
  globalName: 'Zebulon Quartermaine',
  word: 'xylotheque',
} as const

const OTHER = DEMO.people.jonas

/** The demo's Discord with channels in two servers, in which the person and somebody else can post. */
export async function startWorld() {
  const twin = await startTwin({ maxConcurrency: 10 })
  const { world } = twin
  const { id, username, globalName } = PERSON
  world.addPerson({ id, username, globalName, avatar: null })
  const channels = [DEMO.guilds.squad, DEMO.guilds.lan].flatMap((guildId) => {
    world.setMember(guildId, id, [])
    world.setMember(guildId, OTHER, [])
    return ['one', 'two', 'three'].map((name) => world.createChannel({ guildId, name: `erasure-${name}` }).id)
  })
  return { twin, channels }
}

/** Posts clips of the person, each with bytes of its own and a text; beside them what names them in clips of others. Returns the ids of the person's clips. */
export function postClips({ world }: Twin, channels: readonly string[], count: number, isForwarded = true): string[] {
  const video = fs.readFileSync(mediaFile('one-second').path)
  const ids = []
  for (let index = 0; index < count; index += 1) {
    const channelId = channels[index % channels.length] ?? ''
    const message = world.postMessage({
      channelId,
      authorId: PERSON.id,
      content: `${PERSON.word} number ${index}`,
      files: [
        {
          name: `clip-${index}.mp4`,
          bytes: Buffer.concat([video, freeBox(`${PERSON.word} ${index} ${randomUUID()}`)]),
          contentType: 'video/mp4',
          title: `${PERSON.word} title ${index}`,
        },
      ],
    })
    ids.push(...message.attachments.map((attachment) => attachment.id))
    if (isForwarded && index % 10 === 0) postAround(world, message.id, channelId, channels, index)
  }
  return ids
}

/** A forward by somebody else, a clip of theirs that mentions the person, and one with the person in the voice channel. */
function postAround(
  world: Twin['world'],
  messageId: string,
  channelId: string,
  channels: readonly string[],
  index: number,
): void {
  const elsewhere = channels[(index + 1) % channels.length] ?? ''
  world.postMessage({ channelId: elsewhere, authorId: OTHER, forwardOf: { channelId, messageId } })
  world.postMessage({
    channelId: elsewhere,
    authorId: OTHER,
    content: `look, <@${PERSON.id}>`,
    files: [{ key: 'scene-8' }],
  })
  world.postMessage({
    channelId: elsewhere,
    authorId: OTHER,
    content: 'recorded together',
    files: [
      {
        key: 'scene-8',
        clip: { participantIds: [PERSON.id, OTHER], application: 'Game', createdAt: world.now() },
      },
    ],
  })
}

/** Bytes that players pass over (ISO/IEC 14496-12, 8.1.2), so that every file is another. */
function freeBox(text: string): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write('free', 4)
  return Buffer.concat([head, body])
}
