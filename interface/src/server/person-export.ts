import {
  describeErasure,
  describePerson,
  findObjectKey,
  listErasures,
  listPersonAudit,
  listPersonClips,
  listPersonRecords,
} from '@dcs/shared/db'
import type { Context } from './context.ts'
import { tar, type TarEntry } from './tar.ts'

const CLIPS_AT_ONCE = 200
/** What of a clip says where its bytes are stored or fetched, and nothing about the person. */
const INNER = new Set(['url', 'object_sha256', 'poster_sha256', 'video_bytes', 'poster_bytes'])

const README = `Everything this instance of Discord Clip Saver keeps of you.

person.json    what is kept, in numbers and names; your account; erasures you asked for
clips.ndjson   your clips, one JSON object a line, with everything that is kept of each
audit.ndjson   changes you made, as the audit logs of servers have them
records.ndjson everything else that has your id: account, sessions, tokens, memberships, marks, blocks, and clips of others that name you
videos/        the videos, by the id of the clip
pictures/      their pictures (WebP)

Your clips are in it also when you do not see their channel any more, and when they are hidden. Passwords there are none; secrets of sessions and tokens are left out.
`

/** All that is kept of a person as an archive, made while it is read, whatever they see in Discord now. */
export function exportPerson(context: Context, userId: string, withFiles: boolean): AsyncGenerator<Uint8Array> {
  return tar(entriesOf(context, userId, withFiles))
}

async function* entriesOf(context: Context, userId: string, withFiles: boolean): AsyncGenerator<TarEntry> {
  const now = new Date()
  // The same data makes the same archive, but for the time in person.json.
  const written = new Date(0)
  const erasures = await listErasures({ subject: 'author', subjectId: userId })
  const person = {
    ...(await describePerson(userId)),
    exportedAt: now.toISOString(),
    erasures: await Promise.all(erasures.map((erasure) => describeErasure(erasure))),
  }
  yield text('README.txt', README, written)
  yield text('person.json', `${JSON.stringify(person, null, 2)}\n`, written)
  yield text('audit.ndjson', lines(await listPersonAudit(userId)), written)
  yield text('records.ndjson', lines(await listPersonRecords(userId)), written)
  const parts: string[] = []
  for await (const clip of clipsOf(userId))
    parts.push(JSON.stringify(Object.fromEntries(Object.entries(clip).filter(([key]) => !INNER.has(key)))))
  yield text('clips.ndjson', parts.map((part) => `${part}\n`).join(''), written)
  if (!withFiles) return
  for await (const clip of clipsOf(userId)) {
    if (clip.object_sha256)
      yield* file(context, clip.object_sha256, `videos/${clip.id}${endingOf(clip.filename)}`, new Date(clip.posted_at))
    if (clip.poster_sha256)
      yield* file(context, clip.poster_sha256, `pictures/${clip.id}.webp`, new Date(clip.posted_at))
  }
}

async function* clipsOf(userId: string) {
  let after: string | null = null
  for (;;) {
    const page = await listPersonClips(userId, { after, limit: CLIPS_AT_ONCE })
    yield* page
    after = page.at(-1)?.id ?? null
    if (after === null || page.length < CLIPS_AT_ONCE) return
  }
}

/** A file that is not there (any more) is left out; the clip's row still says that it had one. */
async function* file(
  { store, config, log }: Context,
  sha256: string,
  name: string,
  modified: Date,
): AsyncGenerator<TarEntry> {
  const size = await store.size(sha256)
  if (size === null) {
    log.warn({ sha256 }, 'a file is missing in an export')
    return
  }
  const key = await findObjectKey(config.storageKey, sha256)
  yield { name, size, modified, content: await store.read(sha256, { key }) }
}

function text(name: string, content: string, modified: Date): TarEntry {
  const bytes = Buffer.from(content)
  return { name, size: bytes.length, modified, content: bytes }
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

function endingOf(filename: string): string {
  return /\.[a-z0-9]{1,5}$/i.exec(filename)?.[0].toLowerCase() ?? ''
}
