import fs from 'node:fs'
import path from 'node:path'
import { repositoryRoot } from '@dcs/shared/config'
import { AppError } from '@dcs/shared/core'
import { Command } from 'commander'
import { runTool } from './run.ts'

const folder = path.join(repositoryRoot, 'bench/src')

/** `npm run bench -- NAME [--json]`: one benchmark; without a name, the list of them. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('measure; without a name, list what can be measured')
    .argument('[name]', 'which one')
    .argument('[options...]', 'what the benchmark itself understands')
    .option('--json', 'one JSON object per figure: bench, metric, value, unit, aim, met')
    .allowUnknownOption()
    .action(async (name: string | undefined, own: string[], options: { json?: boolean }) => {
      const names = fs
        .readdirSync(folder)
        .filter((file) => file.endsWith('.bench.ts'))
        .map((file) => file.slice(0, -'.bench.ts'.length))
        .toSorted()
      if (name === undefined) return void process.stdout.write(`${names.join('\n')}\n`)
      if (!names.includes(name))
        throw new AppError(
          'invalid-input',
          `There is no benchmark ${JSON.stringify(name)}. There are: ${names.join(', ')}.`,
        )
      process.exitCode = await runTool(`../bench/src/${name}.bench.ts`, [...own, ...(options.json ? ['--json'] : [])])
    })
}
