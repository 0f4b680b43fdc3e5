import { watch } from 'node:fs'
import path from 'node:path'
import { repositoryRoot } from '@dcs/shared/config'
import type { RunningChild } from './child.ts'

/** Starts a program again when a source file below one of these folders changes; changes close together count as one. */
export function restartOnChange(child: RunningChild, folders: readonly string[]): { stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  const onChange = (_event: string, file: string | null) => {
    if (!file || !/\.(ts|json|jsonc|sql)$/.test(file) || file.endsWith('.test.ts')) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      process.stdout.write(`${file} changed: ${child.name} starts again\n`)
      void child.restart()
    }, 200)
  }
  const watchers = folders.map((folder) => watch(path.join(repositoryRoot, folder), { recursive: true }, onChange))
  return {
    stop: async () => {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}
