import fs from 'node:fs'
import chromiumPackage from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless Chromium: CHROMIUM_PATH, else the system's, else the one inside the npm package. Fails with the command to run when none starts. */
export async function openBrowser(): Promise<Browser> {
  const tried: string[] = []
  for (const candidate of await candidates()) {
    try {
      return await chromium.launch({
        executablePath: candidate.path,
        args: [...FLAGS, ...candidate.flags],
        headless: true,
      })
    } catch (error) {
      tried.push(`${candidate.path}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    }
  }
  throw new Error(
    `No Chromium starts. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH. Tried:\n${tried.join('\n')}`,
  )
}

async function candidates(): Promise<{ path: string; flags: string[] }[]> {
  const named = process.env.CHROMIUM_PATH
  if (named) return [{ path: named, flags: [] }]
  const system = SYSTEM.filter((path) => fs.existsSync(path)).map((path) => ({ path, flags: [] as string[] }))
  if (process.platform !== 'linux' || process.arch !== 'x64') return system
  return [
    ...system,
    {
      path: await chromiumPackage.executablePath(),
      flags: chromiumPackage.args.filter((flag) => !flag.startsWith('--headless') && flag !== '--single-process'),
    },
  ]
}
