import { loadConfig } from '@dcs/shared/config'
import { requestGuildScan, type GuildScanAnswer, type Queue } from '@dcs/shared/jobs'
import { loadSettingsFile } from '@dcs/shared/settings/file'
import { Command, Option } from 'commander'
import { followScan } from './follow.ts'
import { explainMissingWorker, print, printJson, withOptions, withQueue, type Options } from './open.ts'
import { findTarget, titleOf, type Target } from './target.ts'

const MODES = ['quick', 'complete', 'recheck', 'forward'] as const

type ScanOptions = Options & { mode: (typeof MODES)[number]; follow?: boolean; read?: boolean }

/** `dcs scan <server|channel>`: starts a scan and, with --follow, shows how far it is. */
export function scanCommand(): Command {
  return withOptions(
    new Command('scan')
      .description('read the past of a server, or of one of its channels')
      .argument('<server|channel>', 'its id or its name')
      .addOption(
        new Option(
          '--mode <mode>',
          'quick: ask the search index only; complete: read everything; recheck: look at kept clips again; forward: read what is new',
        )
          .choices(MODES)
          .default('complete'),
      )
      .option('--read', 'also switch reading of the channel on')
      .option('--follow', 'show how far it is until it has ended; exit code 1 when something of it failed'),
  ).action(async (word: string, options: ScanOptions) => {
    await withQueue(options, async (queue) => {
      const target = await findTarget(word)
      const answer = await startScan(queue, target, options)
      const warning = await explainMissingWorker()
      if (options.json !== true) {
        print(
          answer.created
            ? `Scanning ${titleOf(target)} (${options.mode}).`
            : `${titleOf(target)} is being scanned already (${answer.scanId}). For another kind of scan, start it when this one is over.`,
        )
        if (warning !== null) print(warning)
      } else if (!options.follow)
        printJson({ scanId: answer.scanId, created: answer.created, hasWorker: warning === null })
      if (options.follow) process.exitCode = await followScan(answer.scanId, { json: options.json ?? false })
      else if (options.json !== true) print('Add --follow to see how far it is.')
    })
  })
}

async function startScan(
  queue: Queue,
  { guild, channel }: Target,
  { mode, read = false }: ScanOptions,
): Promise<GuildScanAnswer> {
  return requestGuildScan(queue, {
    guildId: guild.guildId,
    mode,
    channelIds: channel && [channel.channelId],
    requestedBy: null,
    by: { actorId: null, via: 'cli' },
    startReading: read,
    settings: await loadSettingsFile(loadConfig().settingsPath),
  })
}
