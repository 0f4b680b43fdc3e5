import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createReport } from './figures.ts'
import { median } from './rounds.ts'
import { compareWithDiscordJs, type Comparison } from './visibility/compare.ts'
import { measureCost } from './visibility/cost.ts'
import { compareWithTwin } from './visibility/twin.ts'

// Whether the rule of who sees what says the same as `permissionsFor` of discord.js and as what the twin enforces, and what it costs.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    cases: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
  },
})
const report = createReport('visibility', options.json)
const seed = Number(options.seed)

const { first, cold, warm, overwrites } = measureCost(seed)
report.say(`a viewer of a server with 500 channels, ${Math.round(overwrites)} overwrites and 50 roles; 60 servers`)
report.add('the very first of a process', first, 'ms')
report.add('rows that were just read, median', median(cold), 'ms', '<= 5')
report.add('rows that were just read, slowest server', Math.max(...cold), 'ms', '<= 5')
report.add('the next viewer of the same server, median', median(warm), 'ms', '<= 0.1')
report.add('the next viewer of the same server, slowest server', Math.max(...warm), 'ms')

const begun = performance.now()
tell('discord.js', compareWithDiscordJs(Number(options.cases), seed))
report.add('seconds for both together', (performance.now() - begun) / 1_000, 's')
tell('the twin', await compareWithTwin(Number(options.requests), seed))

function tell(who: string, { cases, seen, differences, examples }: Comparison): void {
  report.say(`compared with ${who}`)
  for (const example of examples) report.say(example)
  report.add(`${who}: cases of server, member and channel`, cases, '')
  report.add(`${who}: of them seen`, (100 * seen) / cases, '%')
  report.add(`${who}: differences`, differences, '', '<= 0')
}
