import { AppError } from '../../core/errors.ts'

const SHOWN = 10
const UNTOUCHED = 'Nothing was changed.'
const OTHER_DATABASE = 'Point DATABASE_URL at another (empty) database, or leave it out to use the embedded one.'

/** The database holds tables with our names that are neither ours nor the original's. */
export function notRecognised(differences: readonly string[]): AppError {
  const more = differences.length > SHOWN ? [`and ${differences.length - SHOWN} more`] : []
  return new AppError(
    'conflict',
    `The database holds something we do not recognise:\n  ${[...differences.slice(0, SHOWN), ...more].join('\n  ')}\n${UNTOUCHED} ${OTHER_DATABASE}`,
  )
}

/** The original's final revision. */
export function finalRevision(): AppError {
  return new AppError(
    'conflict',
    `The database was made by the final revision of the original (tables guild, channel, clip). Its layout is another one, and its table guild_settings has the name of ours. ${UNTOUCHED} ${OTHER_DATABASE}`,
  )
}

/** Our own tables, but nothing says which migrations they have seen. */
export function historyMissing(): AppError {
  return new AppError(
    'conflict',
    `The database has our tables but not the record of their migrations (drizzle.__drizzle_migrations), as after a partial restore. ${UNTOUCHED} If the tables are complete, record them: npm run dcs -- db baseline`,
  )
}

/** Rows that the adopted layout cannot hold. `command` removes or mends them. */
export function unfittingRows(problems: readonly { what: string; command: string }[]): AppError {
  const lines = problems.map(({ what, command }) => `${what}\n    mend them, or remove them: ${command}`)
  return new AppError(
    'conflict',
    `The database of the original holds rows that its own table definitions do not allow:\n  ${lines.join('\n  ')}\n${UNTOUCHED} Then run npm run dcs -- db migrate again.`,
  )
}
