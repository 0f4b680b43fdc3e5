import fs from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import { AppError } from '../../core/errors.ts'

const zCredentials = z.object({ port: z.int().min(1).max(65_535), password: z.string().min(1) })

/** How to reach the server of a directory: the port it last had, and the password of its one role. */
export type Credentials = z.output<typeof zCredentials>

/** Reads embedded.json; null when there is none. */
export function findCredentials(directory: string): Credentials | null {
  const file = path.join(directory, 'embedded.json')
  try {
    return zCredentials.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return null
    const reason = code === 'EACCES' ? 'it belongs to another user' : 'it is damaged'
    throw new AppError('invalid-input', `Cannot read ${file}: ${reason}.`, { cause: error })
  }
}

/** Reads embedded.json, without which an existing database cannot be opened. */
export function getCredentials(directory: string): Credentials {
  const credentials = findCredentials(directory)
  if (credentials) return credentials
  throw new AppError(
    'invalid-input',
    `${directory} holds a database, but embedded.json with its password is missing. Restore that file, or move the folder away to start with an empty database.`,
  )
}

/** Writes embedded.json in one step, readable by its owner only, who is the directory's even when root writes it. */
export function writeCredentials(directory: string, credentials: Credentials): void {
  const file = path.join(directory, 'embedded.json')
  const draft = `${file}.draft`
  fs.rmSync(draft, { force: true })
  fs.writeFileSync(draft, JSON.stringify(credentials), { mode: 0o600, flush: true })
  if (process.getuid?.() === 0) {
    const owner = fs.statSync(directory)
    fs.chownSync(draft, owner.uid, owner.gid)
  }
  fs.renameSync(draft, file)
}

/** The connection string of one of its databases. */
export function toUrl({ port, password }: Credentials, database: string): string {
  return `postgres://dcs:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}
