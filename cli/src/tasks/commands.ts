import { Command } from 'commander'
import { auditCommand } from './audit.ts'
import { benchCommand } from './bench.ts'
import { chaosCommand } from './chaos.ts'
import { checkCommand, formatCommand } from './check.ts'
import { devCommand } from './dev.ts'
import { generateCommand } from './generate.ts'
import { testCommand } from './test.ts'

/** What a developer runs through npm: test, check, audit, format, generate, bench, chaos, dev. */
export function taskCommands(): Command[] {
  return [
    testCommand(),
    checkCommand(),
    auditCommand(),
    formatCommand(),
    generateCommand(),
    benchCommand(),
    chaosCommand(),
    devCommand(),
  ]
}
