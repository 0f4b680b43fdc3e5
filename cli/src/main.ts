import { AppError, describeError } from '@dcs/shared/core'
import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

// `npm start -- …` and its like name the command; `npm run dcs -- …` comes with `dcs` in front.
const args = process.argv.slice(2)
const words = args[0] === 'dcs' ? args.slice(1) : args

try {
  await createProgram().parseAsync(words, { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    const text =
      error instanceof AppError
        ? describeError(error)
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error)
    process.stderr.write(`${text}\n`)
    process.exitCode = 1
  }
}
