import v8 from 'node:v8'
import { Command } from 'commander'

/** Commands that need the queue, which takes as long to load as all the rest. */
const INGEST = ['scan', 'jobs', 'coverage']
const PRIVACY = ['erasures', 'guild']
const STORAGE = ['storage']

/** Every command of `dcs`; for `twin` only that one, because loading the others takes longer than the twin needs to start. */
export async function createProgram(wanted?: string): Promise<Command> {
  const program = new Command('dcs')
    .description('Discord Clip Saver: finds, keeps and shows the clips of your Discord servers.')
    .showHelpAfterError('(run with --help to see what is allowed)')
    .exitOverride()
  if (wanted !== 'twin') {
    const isForHelp = wanted === undefined || wanted === 'help' || wanted.startsWith('-')
    const [{ startCommand }, { dbCommand }, { taskCommands }, ingest, privacy, storage] = await Promise.all([
      import('./start/command.ts'),
      import('./db/command.ts'),
      import('./tasks/commands.ts'),
      isForHelp || INGEST.includes(wanted) ? import('./ingest/commands.ts') : null,
      isForHelp || PRIVACY.includes(wanted) ? import('./privacy/commands.ts') : null,
      isForHelp || STORAGE.includes(wanted) ? import('./storage/commands.ts') : null,
    ])
    const ours = [
      ...(ingest?.ingestCommands() ?? []),
      ...(privacy ? [privacy.erasuresCommand(), privacy.guildCommand()] : []),
      ...(storage ? [storage.storageCommand()] : []),
    ]
    for (const command of [startCommand(), dbCommand(), ...ours, ...taskCommands()]) program.addCommand(command)
  }
  program
    .command('twin')
    .description('start a stand-in for Discord with a made-up world, for trying out and developing')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]')
    .action(async (_options: string[], _values: unknown, command: Command) => {
      // What the twin reads and answers dies young; V8 would keep 100 MB more for it than it needs.
      v8.setFlagsFromString('--semi-space-growth-factor=1')
      // Loaded only here, because an installation for production does not bring the twin.
      const { twinCommand } = await import('@dcs/discord-twin')
      await twinCommand().parseAsync(command.args, { from: 'user' })
    })
  for (const command of program.commands) command.copyInheritedSettings(program)
  return program
}
