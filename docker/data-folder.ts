import fs from 'node:fs'
import { loadConfig } from '@dcs/shared/config'

// Run while the image is built: a volume takes over the owner of the folder it covers, and the programs run as `node` (1000 in the official image).
const { dataDir, storagePath } = loadConfig()
fs.mkdirSync(storagePath, { recursive: true })
if (process.getuid?.() === 0) for (const folder of [dataDir, storagePath]) fs.chownSync(folder, 1000, 1000)
