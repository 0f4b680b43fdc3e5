import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** The secret of this installation that signs sessions: made once, kept in the data folder, readable by its owner alone. */
export function getAuthSecret(dataDir: string): string {
  const file = path.join(dataDir, 'auth-secret')
  fs.mkdirSync(dataDir, { recursive: true })
  try {
    fs.writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return fs.readFileSync(file, 'utf8').trim()
}

/** The secret, where one was made; null otherwise. */
export function findAuthSecret(dataDir: string): string | null {
  const file = path.join(dataDir, 'auth-secret')
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : null
}
