import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { addToThread, removeFromThread, type World } from '@dcs/discord-twin'
import { createReport } from './figures.ts'
import { openLibrary, type Library } from './revocation/library.ts'

// How long somebody who loses the right to see a clip in Discord can still get anything of it here: the real bot and interface, with and without Discord telling changes of
// members.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '2' } },
})
const report = createReport('revocation', options.json)
/** When nothing is told: as long as Discord's word on a member counts, and a little. */
const LONGEST_MS = 70_000

for (const hasIntent of [true, false]) {
  const library = await openLibrary({ hasIntent })
  try {
    report.say(hasIntent ? 'with the intent for members' : 'without the intent for members')
    for (const [what, change] of changesOf(library)) {
      const times: number[] = []
      for (let round = 0; round < Number(options.rounds); round += 1) times.push(await measure(library, change))
      report.add(`${hasIntent ? 'with' : 'without'}: ${what}`, Math.max(...times), 's', hasIntent ? '<= 5' : '<= 60')
    }
  } finally {
    await library.close()
  }
}

type Change = { clipId: string; take: () => void; give: () => void }

function changesOf({ world, guildId, personId, roleId, clips, channels, thread }: Library): [string, Change][] {
  const overwrites = (
    channelId: string,
    next: World['channels'] extends Map<string, infer C> ? (C extends { overwrites: infer O } ? O : never) : never,
  ) => void world.updateChannel(channelId, { overwrites: next })
  const open = world.requireChannel(channels.open).overwrites
  const seen = world.requireChannel(channels.byRole).overwrites
  const hide = String(1n << 10n)
  return [
    [
      'a role is taken away',
      {
        clipId: clips.byRole,
        take: () => void world.setMember(guildId, personId, []),
        give: () => void world.setMember(guildId, personId, [roleId]),
      },
    ],
    [
      'an overwrite of a role is changed',
      {
        clipId: clips.byRole,
        take: () => overwrites(channels.byRole, [{ id: guildId, type: 0, allow: '0', deny: hide }]),
        give: () => overwrites(channels.byRole, seen),
      },
    ],
    [
      'a channel is hidden from everybody',
      {
        clipId: clips.open,
        take: () => overwrites(channels.open, [{ id: guildId, type: 0, allow: '0', deny: hide }]),
        give: () => overwrites(channels.open, open),
      },
    ],
    [
      'somebody is taken out of a private thread',
      {
        clipId: clips.thread,
        take: () => removeFromThread(world, thread, personId),
        give: () => addToThread(world, thread, personId),
      },
    ],
    [
      'somebody is kicked',
      {
        clipId: clips.open,
        take: () => world.removeMember(guildId, personId),
        give: () => void world.setMember(guildId, personId, [roleId]),
      },
    ],
  ]
}

/** Seconds from a change to the first moment from which nothing of the clip is given any more; it is given back afterwards. */
async function measure(library: Library, { clipId, take, give }: Change): Promise<number> {
  await until(library, clipId, 'all')
  take()
  const begun = performance.now()
  await until(library, clipId, 'none')
  const seconds = (performance.now() - begun) / 1_000
  give()
  return seconds
}

async function until(library: Library, clipId: string, wanted: 'all' | 'none'): Promise<void> {
  for (const end = performance.now() + LONGEST_MS; ; await sleep(100)) {
    const got = await library.ask(clipId)
    if (wanted === 'all' ? got.every(Boolean) : !got.some(Boolean)) return
    if (performance.now() > end) throw new Error(`${wanted} of the clip ${clipId} was never given: ${got.join(', ')}`)
  }
}
