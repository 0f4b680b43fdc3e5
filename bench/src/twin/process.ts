import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { performance } from 'node:perf_hooks'

const root = path.resolve(import.meta.dirname, '../../..')

/** Starts the twin as its own program, as `npm run dcs twin` does, and waits for its first answer. */
export async function startTwinProcess(args: readonly string[]) {
  const begun = performance.now()
  const child = spawn(process.execPath, ['cli/src/main.ts', 'dcs', 'twin', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = () => void child.kill()
  try {
    const variables = await announced(child)
    const apiUrl = variables('DISCORD_API_URL')
    const response = await fetch(`${apiUrl}/v10/gateway`)
    if (!response.ok) throw new Error(`The twin answered ${response.status}.`)
    const startedInMs = performance.now() - begun
    const readableChannels = async () => {
      const answer = await fetch(`${apiUrl.replace(/\/api$/, '')}/_twin/world`)
      const { channels } = (await answer.json()) as {
        channels: { id: string; guild_id: string; messages: number; readable_by_bot: boolean }[]
      }
      return channels.filter((channel) => channel.readable_by_bot).toSorted((a, b) => b.messages - a.messages)
    }
    return { pid: child.pid ?? 0, apiUrl, botToken: variables('BOT_TOKEN'), startedInMs, readableChannels, stop }
  } catch (error) {
    stop()
    throw error
  }
}

/** Waits until the twin has said where it is. Returns what looks up the variables that it printed. */
async function announced(child: { stdout: Readable }): Promise<(name: string) => string> {
  let output = ''
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += String(chunk)
    if (output.includes('The world is shown at')) break
  }
  // What comes later is thrown away, so that the pipe never fills.
  child.stdout.resume()
  return (name) => {
    const [, value] = new RegExp(`^${name}=(.+)$`, 'm').exec(output) ?? []
    if (value === undefined) throw new Error(`The twin did not print ${name}:\n${output}`)
    return value
  }
}

/** Resident memory of a process in megabytes, now and at most; where the system keeps no peak, both are now. */
export function memoryOf(pid: number): { now: number; most: number } {
  const status = `/proc/${pid}/status`
  if (!fs.existsSync(status)) {
    const now = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1000
    return { now, most: now }
  }
  const text = fs.readFileSync(status, 'utf8')
  const read = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024) / 1_000_000
  return { now: read('VmRSS'), most: read('VmHWM') }
}
