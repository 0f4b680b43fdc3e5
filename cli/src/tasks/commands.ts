import { Command } from 'commander'
import { benchCommand } from './bench.ts'
import { chaosCommand } from './chaos.ts'
import { checkCommand, formatCommand } from './check.ts'
import { devCommand } from './dev.ts'
import { generateCommand } from './generate.ts'
import { testCommand } from './test.ts'

/** What a developer runs through npm: test, check, format, generate, bench, chaos, dev. */
export function taskCommands(): Command[] {
  return [
    testCommand(),
    checkCommand(),
    formatCommand(),
    generateCommand(),
    benchCommand(),
    chaosCommand(),
    devCommand(),
  ]
}
