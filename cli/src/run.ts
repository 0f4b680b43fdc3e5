import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

/** Runs a command line: `npm start -- …` and its like name the command, `npm run dcs -- …` comes with `dcs` in front. Sets the exit code. */
export async function run(args: readonly string[]): Promise<void> {
  const words = args[0] === 'dcs' ? args.slice(1) : args
  try {
    const program = await createProgram(words[0])
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode
    else {
      process.stderr.write(`${await describe(error)}\n`)
      process.exitCode = 1
    }
  }
}

async function describe(error: unknown): Promise<string> {
  const { AppError, describeError } = await import('@dcs/shared/core')
  if (error instanceof AppError) return describeError(error)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
