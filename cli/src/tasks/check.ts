import { Command } from 'commander'
import { createSteps } from '../start/steps.ts'
import { staleFiles } from './generated.ts'
import { runTool } from './run.ts'

const CHECKS: readonly [name: string, packageBin: string, args: string[]][] = [
  ['Format', 'oxfmt/bin/oxfmt', ['--check', '.']],
  ['Lint', 'oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', '.']],
  ['Types', 'typescript/bin/tsc', ['-p', 'tsconfig.json']],
  ['Types (interface)', 'typescript/bin/tsc', ['-p', 'interface/tsconfig.json', '--noEmit']],
  ['Unused code', 'knip/bin/knip.js', []],
]

/** `npm run check`: all that needs no running program. Goes on after a failure, so that one run shows everything. */
export function checkCommand(): Command {
  return new Command('check')
    .description('check format, lint with import rules, types, unused code and generated files')
    .action(async () => {
      const step = createSteps()
      const failed: string[] = []
      for (const [name, packageBin, args] of CHECKS) {
        const code = await step(
          name,
          () => runTool(packageBin, args),
          (result) => (result === 0 ? 'ok' : 'FAILED'),
        )
        if (code !== 0) failed.push(name)
      }
      const stale = await step('Generated files', staleFiles, (files) =>
        files.length === 0 ? 'ok' : `FAILED: ${files.join(', ')}; run npm run generate`,
      )
      if (stale.length > 0) failed.push('Generated files')
      if (failed.length > 0) {
        process.stderr.write(`Failed: ${failed.join(', ')}\n`)
        process.exitCode = 1
      }
    })
}

/** `npm run format`: writes every file as the formatter wants it. */
export function formatCommand(): Command {
  return new Command('format').description('format all files').action(async () => {
    process.exitCode = await runTool('oxfmt/bin/oxfmt', ['.'])
  })
}
