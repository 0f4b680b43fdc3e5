import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { repositoryRoot } from '@dcs/shared/config'
import { Command } from 'commander'
import * as z from 'zod'

const REGISTRY = 'https://registry.npmjs.org/'
const ARGS = ['audit', '--omit=dev', '--audit-level=high', '--json', '--fetch-retries=0', '--fetch-timeout=20000']

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), integrity: z.string().optional(), link: z.boolean().optional() }),
  ),
})
const count = z.number().default(0)
const report = z.object({ metadata: z.object({ vulnerabilities: z.object({ high: count, critical: count }) }) })

/** `npm run audit`: whether the packages we ship have known holes. Where npm's list of them cannot be asked, that is said and nothing fails. */
export function auditCommand(): Command {
  return new Command('audit').description('look for known holes in the packages that are shipped').action(async () => {
    const unpinned = unpinnedPackages(fs.readFileSync(path.join(repositoryRoot, 'package-lock.json'), 'utf8'))
    if (unpinned.length > 0) {
      process.stderr.write(`Not pinned by a hash, or from elsewhere than ${REGISTRY}: ${unpinned.join(', ')}\n`)
      process.exitCode = 1
    }
    const verdict = judgeAudit(await npm(ARGS))
    process.stdout.write(`${verdict.sentence}\n`)
    if (verdict.isBad) process.exitCode = 1
  })
}

/** Packages of a lockfile whose content npm could not hold against a hash. */
export function unpinnedPackages(text: string): string[] {
  return Object.entries(lockfile.parse(JSON.parse(text)).packages)
    .filter(([name, { link }]) => name.includes('node_modules/') && link !== true)
    .filter(
      ([, { resolved = REGISTRY, integrity }]) => !resolved.startsWith(REGISTRY) || !integrity?.startsWith('sha512-'),
    )
    .map(([name]) => name)
}

/** What the answer of `npm audit --json` means. */
export function judgeAudit(output: string): { isBad: boolean; sentence: string } {
  const parsed = report.safeParse(parse(output))
  if (!parsed.success)
    return { isBad: false, sentence: 'Dependency audit: the list of known holes cannot be reached from here; skipped.' }
  const { high, critical } = parsed.data.metadata.vulnerabilities
  if (high + critical === 0) return { isBad: false, sentence: 'Dependency audit: nothing high or critical is known.' }
  return {
    isBad: true,
    sentence: `Dependency audit: ${critical} critical and ${high} high. \`npm audit --omit=dev\` names them.`,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function npm(args: readonly string[]): Promise<string> {
  const child = spawn('npm', [...args], { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => {
    child.once('error', () => resolve(''))
    child.once('close', () => resolve(output))
  })
}
