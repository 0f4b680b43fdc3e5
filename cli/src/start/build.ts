import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { childEnvironment, repositoryRoot } from '@dcs/shared/config'
import { AppError, withLock } from '@dcs/shared/core'

const folder = path.join(repositoryRoot, 'interface')
const stamp = path.join(folder, '.next/dcs-sources')
const SOURCES = ['interface', 'shared/src', 'shared/package.json', 'package-lock.json']
const SKIPPED = new Set(['.next', 'node_modules', 'tests', 'next-env.d.ts'])

/** Builds the interface unless its sources are those of the last build. True when it was built. Processes that want it at once wait for one build. */
export async function buildInterface(): Promise<boolean> {
  return withLock(
    path.join(folder, '.build.lock'),
    async () => {
      const wanted = hashSources()
      if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return false
      await build()
      fs.writeFileSync(stamp, wanted)
      return true
    },
    300_000,
  )
}

async function build(): Promise<void> {
  fs.rmSync(stamp, { force: true })
  const child = spawn(process.execPath, [path.join(repositoryRoot, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: folder,
    env: childEnvironment({ NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0)
    throw new AppError('internal', `The interface could not be built:\n${Buffer.concat(output).toString()}`)
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((entry) => list(path.join(repositoryRoot, entry))).toSorted()) {
    hash.update(path.relative(repositoryRoot, file)).update('\0').update(fs.readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function list(entry: string): string[] {
  if (fs.statSync(entry).isFile()) return [entry]
  return fs
    .readdirSync(entry, { withFileTypes: true })
    .filter((child) => !SKIPPED.has(child.name) && !child.name.startsWith('.') && !child.name.endsWith('.test.ts'))
    .flatMap((child) => list(path.join(entry, child.name)))
}
