import v8 from 'node:v8'
import { Command } from 'commander'
import { dbCommand } from './db/command.ts'
import { startCommand } from './start/command.ts'
import { taskCommands } from './tasks/commands.ts'

/** Every command of `dcs`. */
export function createProgram(): Command {
  const program = new Command('dcs')
    .description('Discord Clip Saver: finds, keeps and shows the clips of your Discord servers.')
    .showHelpAfterError('(run with --help to see what is allowed)')
    .exitOverride()
  program.addCommand(startCommand())
  program.addCommand(dbCommand())
  program
    .command('twin')
    .description('start a stand-in for Discord with a made-up world, for trying out and developing')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]')
    .action(async (_options: string[], _values: unknown, command: Command) => {
      // Loaded only here, because an installation for production does not bring the twin.
      // What the twin reads and answers dies young; V8 would keep 100 MB more for it than it needs.
      v8.setFlagsFromString('--semi-space-growth-factor=1')
      const { twinCommand } = await import('@dcs/discord-twin')
      await twinCommand().parseAsync(command.args, { from: 'user' })
    })
  for (const command of taskCommands()) program.addCommand(command)
  for (const command of program.commands) command.copyInheritedSettings(program)
  return program
}
