import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { getConfig } from '@dcs/shared/db'
import { createReport } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'
import { startTwinProcess } from './twin/process.ts'

/** How much of Discord's 50 requests a second is used, and whether any is refused, by one process and by eight. */
const CHANNELS = 80
const SECONDS = 20
const WARM_UP_SECONDS = 3

const report = createReport('rate-budget', process.argv.includes('--json'))
const childPath = path.resolve(import.meta.dirname, '../../shared/tests/rate-budget-child.ts')
const database = await openScratchDatabase()
try {
  for (const processes of [1, 8]) await measure(processes)
  await measure(8, 200)
} finally {
  await database.remove()
}

async function measure(processes: number, slowMs = 0): Promise<void> {
  const twin = await startTwinProcess([
    '--world',
    'large',
    '--messages',
    '100000',
    '--channels',
    '100',
    '--rate-limits',
  ])
  const counters = async () => {
    const response = await fetch(`${twin.apiUrl.replace(/\/api$/, '')}/_twin/limits`)
    return (await response.json()) as { requests: number; refused: Record<string, number> }
  }
  const addFault = (fault: object) =>
    fetch(`${twin.apiUrl.replace(/\/api$/, '')}/_twin/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    })
  const name = `${processes} processes${slowMs > 0 ? `, most answers take ${slowMs} ms` : ''}`
  const children = []
  try {
    // Most answers of Discord take long, and some do not.
    if (slowMs > 0) await addFault({ kind: 'slow-headers', delayMs: slowMs, probability: 0.9 })
    const channels = (await twin.readableChannels()).slice(0, CHANNELS).map(({ id }) => id)
    for (let index = 0; index < processes; index += 1)
      children.push(
        await startChild({
          databaseUrl: getConfig().url,
          apiUrl: twin.apiUrl,
          token: twin.botToken,
          channels: channels.filter((_, place) => place % processes === index),
          priority: 'backfill',
          requestsPerSecond: 50,
          windowMs: 1_000,
          seconds: SECONDS + WARM_UP_SECONDS + 2,
        }),
      )
    for (const child of children) child.start()
    await sleep(WARM_UP_SECONDS)
    const [before, begun] = [await counters(), performance.now()]
    await sleep(SECONDS)
    const [after, ended] = [await counters(), performance.now()]
    const perSecond = (after.requests - before.requests - 1) / ((ended - begun) / 1_000)
    report.say(`${name}, ${CHANNELS} channels, ${SECONDS} s, the limits of Discord enforced`)
    report.add(`share of 50 requests a second, ${name}`, (perSecond / 50) * 100, '%', slowMs > 0 ? null : '>= 95')
    report.add(
      `refused, ${name}`,
      Object.values(after.refused).reduce((sum, it) => sum + it, 0),
      '',
      '<= 0',
    )
    await Promise.all(children.map(({ ended }) => ended))
  } finally {
    for (const child of children) child.stop()
    twin.stop()
  }
}

async function startChild(task: object) {
  const child = spawn(process.execPath, [childPath, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(createInterface(child.stdout), 'line')
  return { start: () => child.stdin.write('\n'), stop: () => child.kill(), ended: once(child, 'exit') }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
}
