import fs from 'node:fs'
import path from 'node:path'
import { startTwin, type Twin } from '@dcs/discord-twin'
import { createLogger, runProgram } from '@dcs/shared/core'

// The demo world as a program of its own beside the others.
await runProgram(createLogger('twin'), async () => {
  const twin = await startOnSamePort(path.join(process.argv[2] ?? '.', 'twin-port'))
  return {
    ready: {
      url: twin.url,
      env: twin.env,
    },
    stop: () => twin.close(),
  }
})

/** On the port of the last time where it is free: addresses that were handed out stay good, as Discord's do. */
async function startOnSamePort(file: string): Promise<Twin> {
  const saved = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0
  // Taken meanwhile, or not a port at all: another one then.
  const twin = await startTwin({ port: saved }).catch(() => startTwin())
  fs.writeFileSync(file, String(twin.port))
  return twin
}
