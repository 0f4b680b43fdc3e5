import { enableCompileCache } from 'node:module'
import path from 'node:path'

// Kept compiled beside the packages, the code of a command loads in half the time. Where the folder cannot be written, nothing is kept.
enableCompileCache(path.resolve(import.meta.dirname, '../../node_modules/.cache/dcs'))

const { run } = await import('./run.ts')
await run(process.argv.slice(2))
