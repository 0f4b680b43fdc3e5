import { describeError } from '@dcs/shared/core'
import fs from 'node:fs'
import { parseOptions } from './options.ts'
import { isClean, toJsonLines, toText } from './report.ts'
import { runChaos } from './run.ts'

const write = (line: string) => process.stdout.write(`${line}\n`)

try {
  const { json, ...options } = parseOptions(process.argv.slice(2))
  const result = await runChaos(options, { say: json ? () => {} : write })
  for (const line of json ? toJsonLines(result) : [toText(result)]) write(line)
  if (isClean(result)) fs.rmSync(result.folder, { recursive: true, force: true })
  // Whatever a library left open is not waited for.
  process.exit(isClean(result) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`)
  process.exit(2)
}
