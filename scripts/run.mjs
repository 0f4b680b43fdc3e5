// The one entry of every npm script. Runs on any Node >= 20 with nothing installed: installs what the lockfile says if that has not been done,
// then goes on under the Node 24 that the lockfile pins.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const node = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
const stamp = path.join(root, 'node_modules/.dcs-installed')

const [command = 'help', ...args] = process.argv.slice(2)

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Node ${process.versions.node} is too old: 20 or newer is needed. Get it from https://nodejs.org.`)
}
install()
// A .env beside package.json is for running the product; tests and checks must not depend on it.
const dotEnv = path.join(root, '.env')
const envFile = ['start', 'dev', 'dcs'].includes(command) && existsSync(dotEnv) ? [`--env-file=${dotEnv}`] : []
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', ...envFile, path.join(root, 'cli/src/main.ts'), command, ...args],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: withPinnedNode() },
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends Ctrl-C to the whole group; a signal sent to this process alone is passed on. The child ends cleanly on the first and ignores repeats.
  process.on(signal, () => child.kill(signal))
}
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
})

function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node)) return
  const begun = Date.now()
  process.stdout.write('Installing the packages of package-lock.json …\n')
  rmSync(stamp, { force: true })
  // `npm start` sets npm_execpath to the npm that runs it; --include=dev because NODE_ENV=production would leave the pinned Node out.
  const npm = process.env.npm_execpath
  const npmArgs = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...npmArgs], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', npmArgs, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.error || result.status !== 0) {
    fail(
      `npm ci failed${result.error ? `: ${result.error.message}` : ''}. Its messages are above; the network or a proxy is the usual reason.`,
    )
  }
  if (!existsSync(node))
    fail(
      'The pinned Node was not installed. Install scripts may be switched off: run npm config set ignore-scripts false, then try again.',
    )
  writeFileSync(stamp, wanted)
  process.stdout.write(`Installed in ${((Date.now() - begun) / 1000).toFixed(1)} s\n`)
}

function withPinnedNode() {
  return [path.dirname(node), path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
