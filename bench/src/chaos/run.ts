import { startTwin, type FaultHandle, type Twin } from '@dcs/discord-twin'
import { sleep } from '@dcs/shared/core'
import { stopEmbeddedPostgres } from '@dcs/shared/db'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { compareFiles } from './compare-files.ts'
import { compare, type Difference } from './compare.ts'
import { ScratchServer } from './database.ts'
import { keepDiary } from './diary.ts'
import { Managers, SETTINGS } from './managers.ts'
import type { ChaosOptions } from './options.ts'
import { makePlan, type Step, type Target } from './plan.ts'
import { runProgram, type Program } from './programs.ts'
import { watchProgress, type Recovery } from './progress.ts'
import { waitUntilQuiet, type Unfinished } from './quiet.ts'
import { createRandom } from './random.ts'
import { createTraffic } from './traffic.ts'
import { readTruth } from './truth.ts'
import { createChaosWorld, type WorldSize } from './world.ts'

/** What came out of a run. */
export type ChaosResult = {
  seed: number
  kills: number
  /** Jobs that were given up while Discord was not itself, and tried again by a manager afterwards. */
  retried: number
  recoveries: Recovery[]
  differences: Difference[]
  /** What was not done when waiting ended. */
  unfinished: Unfinished[]
  /** Programs that ended without being killed. */
  ends: { name: string; words: string }[]
  clips: number
  messages: number
  seconds: number
  /** Logs, database and objects; kept when something was wrong. */
  folder: string
}

/** How a run is watched and how big it is. */
export type ChaosSetup = { say?: (line: string) => void; size?: WorldSize; quietTimeoutMs?: number }

const SIZE: WorldSize = { messages: 12_000, channels: 36, clips: 150, guilds: 3 }
const QUIET_TIMEOUT_MS = 5 * 60_000
/** Longest wait for something that was killed before it is killed again. */
const RETURN_TIMEOUT_MS = 60_000

/** Runs the product against a twin through a plan of kills, faults and traffic, lets it come to rest and compares it with the truth. */
export async function runChaos(options: ChaosOptions, setup: ChaosSetup = {}): Promise<ChaosResult> {
  const { say = () => {}, size = SIZE, quietTimeoutMs = QUIET_TIMEOUT_MS } = setup
  const begun = performance.now()
  const folder = makeFolder()
  const chaos = createChaosWorld(options.seed, size)
  const twin = await startTwin({
    world: chaos.world,
    maxConcurrency: 1_000,
    sessionStartLimit: 100_000,
    heartbeatIntervalMs: 2_000,
  })
  const server = new ScratchServer(path.join(folder, 'postgres'))
  const diary = keepDiary(path.join(folder, 'diary.log'), chaos.world)
  const managers = new Managers(server, [...chaos.world.botGuilds])
  const programs = startPrograms(folder, twin)
  const progress = watchProgress(server)
  try {
    await Promise.all([...programs.values()].map((program) => program.ready()))
    await managers.choosePolicies()
    say(`The product runs against the twin. Everything is in ${folder}.`)
    const traffic = createTraffic(chaos.world)
    await follow(makePlan(options), { ...options, twin, traffic, managers, server, programs, progress, diary, say })
    traffic.restorePermissions()
    await Promise.all([...programs.values()].map((program) => within(RETURN_TIMEOUT_MS, program.ready())))
    say('The plan is over; waiting until everything is done.')
    const unfinished: Unfinished[] = await waitUntilQuiet(server, quietTimeoutMs)
    const retried = await managers.retryFailures()
    for (const mode of ['complete', 'recheck'] as const) {
      diary.write('scan of everything', { mode })
      await managers.scanAll(mode)
      unfinished.push(...(await waitUntilQuiet(server, quietTimeoutMs)))
    }
    const truth = readTruth(chaos, managers.policies())
    const differences = [
      ...(await compare(server, truth)),
      ...(await compareFiles(server, path.join(folder, 'objects'))),
    ]
    fs.writeFileSync(path.join(folder, 'differences.json'), JSON.stringify(differences, null, 2))
    return {
      seed: options.seed,
      kills: options.kills,
      retried,
      recoveries: progress.recoveries,
      differences,
      unfinished,
      ends: [...programs.values()].flatMap(({ name, ends }) => ends.map((words) => ({ name, words }))),
      clips: truth.wanted.size,
      messages: [...truth.messages.values()].reduce((sum, ids) => sum + ids.length, 0),
      seconds: (performance.now() - begun) / 1000,
      folder,
    }
  } finally {
    chaos.close()
    diary.close()
    await progress.stop()
    await managers.close()
    await server.disconnect()
    await Promise.all([...programs.values()].map((program) => program.stop()))
    // The last program to end stops the server, unless it had to be killed.
    await stopEmbeddedPostgres(path.join(folder, 'postgres'))
    await twin.close()
  }
}

type Scene = ChaosOptions & {
  twin: Twin
  traffic: ReturnType<typeof createTraffic>
  managers: Managers
  server: ScratchServer
  programs: ReadonlyMap<string, Program>
  progress: ReturnType<typeof watchProgress>
  diary: ReturnType<typeof keepDiary>
  say: (line: string) => void
}

async function follow(plan: readonly Step[], scene: Scene): Promise<void> {
  const { twin, traffic, managers, kills, minutes, diary, say } = scene
  const begun = performance.now()
  const perStep = (minutes * 60_000) / Math.max(1, plan.length)
  let faults: FaultHandle[] = []
  let killed = 0
  for (const [index, step] of plan.entries()) {
    if (step.kind !== 'traffic') diary.write(step.kind, step)
    if (step.kind === 'traffic') traffic.act(step.what, step.seed)
    if (step.kind === 'scan') void managers.act(step.what, step.seed)
    if (step.kind === 'fault') {
      for (const fault of faults) {
        diary.write('fault ends', { fault: fault.kind, strikes: fault.strikes })
        fault.remove()
      }
      faults = switchOn(twin, step)
      say(`${killed} of ${kills} kills; fault: ${JSON.stringify(step.fault)}`)
    }
    if (step.kind === 'kill') {
      await kill(step.target, step.seed, scene)
      killed += 1
    }
    await sleep(Math.max(0, begun + perStep * (index + 1) - performance.now()))
  }
}

function switchOn({ faults, world }: Twin, { fault, seed }: Extract<Step, { kind: 'fault' }>): FaultHandle[] {
  if (fault === null) return []
  if (fault === 'rough-day') return faults.addRoughDay({ seed, intensity: 0.5 })
  if (fault.kind === 'guild-outage')
    return [faults.add({ ...fault, guild: createRandom(seed).pick([...world.botGuilds]) })]
  const { kind } = fault
  return [faults.add(kind === 'clock-skew' ? fault : { ...fault, seed })]
}

async function kill(target: Target, seed: number, { programs, server, progress, diary }: Scene): Promise<void> {
  const deadline = performance.now() + RETURN_TIMEOUT_MS
  for (;;) {
    const killed = await (target === 'database'
      ? server.killServer()
      : target === 'connection'
        ? server.killConnection((pids) => createRandom(seed).pick(pids))
        : (programs.get(target)?.kill() ?? null))
    if (killed !== null) diary.write('killed', { target })
    if (killed !== null) return progress.killed(target, killed.backAfter)
    if (performance.now() > deadline) throw new Error(`${target} did not come back within ${RETURN_TIMEOUT_MS} ms.`)
    await sleep(100)
  }
}

function startPrograms(folder: string, twin: Twin): Map<string, Program> {
  const settings = path.join(folder, 'settings.jsonc')
  fs.writeFileSync(settings, JSON.stringify(SETTINGS))
  const env = {
    ...twin.env,
    POSTGRES_DSN: '',
    DATABASE_URL: '',
    DCS_DATA_DIR: folder,
    STORAGE_PATH: path.join(folder, 'objects'),
    DEFAULT_SETTINGS_PATH: settings,
    BOT_PORT: '0',
    LOG_LEVEL: 'info',
  }
  const logs = path.join(folder, 'logs')
  fs.mkdirSync(logs)
  const start = (name: string, file: string) => [name, runProgram({ name, file, env, folder: logs })] as const
  return new Map([
    start('bot', 'bot/src/main.ts'),
    ...['worker-1', 'worker-2', 'worker-3'].map((name) => start(name, 'worker/src/main.ts')),
  ])
}

function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'dcs-chaos-'))
  // The database server runs as another user when we are root.
  fs.chmodSync(folder, 0o755)
  return folder
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  await Promise.race([work, sleep(ms).then(() => Promise.reject(new Error(`A program was not up within ${ms} ms.`)))])
}
