import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { DEMO } from '@dcs/discord-twin'
import { createLogger } from '@dcs/shared/core'
import { markClipReady, upsertClips, type Erasure, type NewClip } from '@dcs/shared/db'
import { openQueue, requestErasure, type Queue } from '@dcs/shared/jobs'
import { openDiskStore, type BlobStore } from '@dcs/shared/storage'
import { afterAll, beforeAll } from 'vitest'
import { foundClip } from '../../shared/tests/repositories/clip-fixtures.ts'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

/** A place with the demo's guilds, a worker and a store for the tests of a file, and what they do with them. */
export function useErasures() {
  const { squad } = DEMO.guilds
  let next = 0
  const at = {} as {
    place: Place
    worker: Awaited<ReturnType<typeof openContext>>
    queue: Queue
    store: BlobStore
  }

  beforeAll(async () => {
    at.place = await openPlace()
    at.worker = await openContext(at.place)
    at.queue = await openQueue('producer', createLogger('worker', 'silent'))
    at.store = await openDiskStore(at.place.storagePath)
    await syncWorld(at.place.twin)
  })
  afterAll(async () => {
    await at.queue?.stop(1_000)
    await at.worker?.close()
    await at.place?.close()
  })

  const person = () => String(910_000_000_000_000_000n + BigInt((next += 1)))
  const channelOf = (guildId: string) =>
    at.place.twin.world.channelsOf(guildId).find(({ name, type }) => type === 0 && name !== '')!.id
  const clipOf = (authorId: string | null, more: Partial<NewClip> = {}): NewClip => {
    const guildId = more.guildId ?? squad
    return foundClip(guildId, more.channelId ?? channelOf(guildId), {
      authorId,
      authorName: `name of ${authorId}`,
      ...more,
    })
  }
  const put = async (bytes: string): Promise<string> => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const folder = await at.store.makeWorkFolder()
    await fs.writeFile(path.join(folder, 'file'), bytes)
    await at.store.putFile(sha256, path.join(folder, 'file'))
    return sha256
  }
  /** Stores a clip with its files; returns their hashes. */
  const keep = async (clip: NewClip, bytes = `video ${clip.id}`) => {
    await upsertClips([clip])
    const [video, poster] = [await put(bytes), await put(`poster ${clip.id}`)]
    await markClipReady(clip.id, {
      object: { sha256: video, sizeBytes: bytes.length, contentType: 'video/mp4' },
      poster: { sha256: poster, sizeBytes: 7, contentType: 'image/webp' },
      durationSeconds: 1,
      width: 1,
      height: 1,
      videoCodec: 'avc',
      audioCodec: null,
      placeholder: null,
    })
    return { id: clip.id, video, poster }
  }
  const ask = (subjectId: string, more: Partial<Parameters<typeof requestErasure>[1]> = {}) =>
    requestErasure(at.queue, { subject: 'author', subjectId, requestedBy: subjectId, via: 'web', ...more })
  const run = ({ id }: Erasure, signal?: AbortSignal) =>
    at.worker.run('erase', { erasureId: id }, signal ? { signal } : {})
  const isThere = async (sha256: string) => (await at.store.size(sha256)) !== null

  return { at, person, channelOf, clipOf, keep, ask, run, isThere }
}
