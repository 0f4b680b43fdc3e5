import type { Command } from 'commander'
import { coverageCommand } from './coverage.ts'
import { jobsCommand } from './jobs.ts'
import { scanCommand } from './scan.ts'

/** The commands about reading servers. */
export function ingestCommands(): Command[] {
  return [scanCommand(), jobsCommand(), coverageCommand()]
}
