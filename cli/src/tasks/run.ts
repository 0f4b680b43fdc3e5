import { spawn } from 'node:child_process'
import path from 'node:path'
import { childEnvironment, repositoryRoot } from '@dcs/shared/config'

/** Runs a tool of node_modules in the repository with this terminal and resolves with its exit code. */
export function runTool(
  packageBin: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<number> {
  const child = spawn(process.execPath, [path.join(repositoryRoot, 'node_modules', packageBin), ...args], {
    cwd: repositoryRoot,
    stdio: 'inherit',
    env: childEnvironment(env),
  })
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', pass).on('SIGTERM', pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass)
      resolve(code ?? 1)
    })
  })
}
