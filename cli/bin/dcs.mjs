#!/usr/bin/env node
// `npx dcs …` in the checkout: the same as `npm run dcs -- …`.
process.argv.splice(2, 0, 'dcs')
await import('../../scripts/run.mjs')
