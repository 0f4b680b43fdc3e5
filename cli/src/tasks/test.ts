import { Command } from 'commander'
import { buildInterface } from '../start/build.ts'
import { runTool } from './run.ts'

/** `npm test`: everything, or the files whose path contains one of the words given. Further options go to vitest. */
export function testCommand(): Command {
  return new Command('test')
    .description('run the tests')
    .argument('[words...]', 'parts of file names; all tests when left out')
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const filters = words.filter((word) => !word.startsWith('-'))
      if (filters.length === 0 || filters.some((word) => word.includes('e2e'))) await buildInterface()
      process.exitCode = await runTool('vitest/vitest.mjs', ['run', ...words], { NEXT_TELEMETRY_DISABLED: '1' })
    })
}
