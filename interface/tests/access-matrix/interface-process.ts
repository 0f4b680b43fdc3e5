import { spawn } from 'node:child_process'
import net from 'node:net'
import path from 'node:path'
import { buildInterface } from '../../../cli/src/start/build.ts'

const main = path.resolve(import.meta.dirname, '../../src/main.ts')

/** The interface as its own program, the way the product runs it. */
export type InterfaceProcess = { url: string; output: () => string; stop: () => Promise<void> }

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Builds the pages when their sources changed, starts the program and waits until it is ready. */
export async function startInterfaceProcess(port: number, env: NodeJS.ProcessEnv): Promise<InterfaceProcess> {
  await buildInterface()
  // What libraries know a test run by: this one is to behave as it does for people.
  const { VITEST: _vitest, TEST: _test, VITEST_MODE: _mode, ...outside } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--port', String(port)], {
    env: { ...outside, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: { type?: string }) => {
      if (message.type === 'ready') resolve()
    })
    void ended.then(() => reject(new Error(`The interface ended:\n${output}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
