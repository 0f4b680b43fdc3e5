import {
  eraseClips,
  forgetOldNotes,
  forgetTexts,
  listGuildSettings,
  listGuilds,
  listClipsToPurge,
  listUnknownObjects,
  listUnusedObjects,
  lockClipsOfChannels,
  transaction,
} from '@dcs/shared/db'
import { DAY, HOUR } from '@dcs/shared/core'
import { parseStoredGuildSettings, resolveGuildSettings } from '@dcs/shared/settings'
import type { WorkerContext } from '../../context.ts'
import type { Handler, JobRun } from '../../runner/handler.ts'
import { removeFile, removeObject } from './remove-object.ts'

const CLIPS_AT_ONCE = 100
const OBJECTS_AT_ONCE = 200
/** A file without a row may belong to a clip that is being kept right now; no download takes this long. */
const STRAY_AGE_MS = DAY
/** What a worker that was killed had downloaded, long after any job that could still use it. */
const LEFTOVER_AGE_MS = 6 * HOUR

/** Small steps, each whole: killed at any point, the next run goes on. A file may outlive its row for a while, never the other way round. */
export const purgeHandler: Handler<'purge'> = {
  concurrency: 1,

  run: async (context, _payload, run) => {
    await purgeClips(run)
    await removeUnused(context, run)
    await removeStrays(context, run)
    await forgetUnwantedTexts(context, run)
    await forgetOldNotes()
    await context.store.removeLeftovers(LEFTOVER_AGE_MS)
  },

  recordFailure: async () => {},
}

async function purgeClips({ signal, event }: JobRun): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const due = await listClipsToPurge(CLIPS_AT_ONCE)
    if (due.length === 0) return
    await transaction(async (tx) => {
      await lockClipsOfChannels(
        due.map(({ channelId }) => channelId),
        tx,
      )
      // Some may have come back into sight meanwhile.
      const still = new Set((await listClipsToPurge(CLIPS_AT_ONCE, tx)).map(({ id }) => id))
      const ids = due.map(({ id }) => id).filter((id) => still.has(id))
      await eraseClips(ids, { reason: 'purged', removedBy: null }, tx)
      event.clips = Number(event.clips ?? 0) + ids.length
    })
  }
}

async function removeUnused({ store }: WorkerContext, { signal, event }: JobRun): Promise<void> {
  for (;;) {
    const unused = await listUnusedObjects(OBJECTS_AT_ONCE)
    let removed = 0
    for (const sha256 of unused) {
      signal.throwIfAborted()
      if (await removeObject(store, sha256)) removed += 1
    }
    event.objects = Number(event.objects ?? 0) + removed
    if (unused.length < OBJECTS_AT_ONCE || removed === 0) return
  }
}

/** Files that no row knows: a program was killed between the two. */
async function removeStrays({ store }: WorkerContext, { signal, event }: JobRun): Promise<void> {
  for await (const hashes of store.listOlderThan(STRAY_AGE_MS)) {
    signal.throwIfAborted()
    for (const sha256 of await listUnknownObjects(hashes)) {
      await removeFile(store, sha256)
      event.strays = Number(event.strays ?? 0) + 1
    }
  }
}

/** Also what a page wrote that was read before the setting was changed, or while the file of settings said otherwise. */
async function forgetUnwantedTexts({ settings: instance }: WorkerContext, { event }: JobRun): Promise<void> {
  const guildIds = (await listGuilds()).map(({ guildId }) => guildId)
  const stored = await listGuildSettings(guildIds)
  for (const guildId of guildIds) {
    const { settings: guild } = parseStoredGuildSettings(stored.get(guildId), { lenient: true })
    if (resolveGuildSettings({ instance, guild }).keep_message_text) continue
    event.texts = Number(event.texts ?? 0) + (await forgetTexts(guildId))
  }
}
