import { Command } from 'commander'
import { runTool } from './run.ts'

/** `npm run chaos -- [--kills N] [--seed N] [--minutes M] [--json]`: kills programs and the database at random and compares what is left with the truth. */
export function chaosCommand(): Command {
  return new Command('chaos')
    .description('kill programs and the database while Discord misbehaves, then compare everything with the truth')
    .option('--kills <number>', 'how many times something is killed (200)')
    .option('--seed <number>', 'what the plan follows from (1)')
    .option('--minutes <number>', 'how long the plan takes (4.5 s a kill)')
    .option('--json', 'one JSON object per line')
    .action(async (options: { kills?: string; seed?: string; minutes?: string; json?: boolean }) => {
      const args = (['kills', 'seed', 'minutes'] as const).flatMap((name) =>
        options[name] === undefined ? [] : [`--${name}`, options[name]],
      )
      process.exitCode = await runTool('../bench/src/chaos/main.ts', [...args, ...(options.json ? ['--json'] : [])])
    })
}
