import fs from 'node:fs/promises'
import { loadConfig } from '@dcs/shared/config'
import { AppError, isReceiptGenuine, parsePastErasure, signReceipt, type PastErasure } from '@dcs/shared/core'
import { describeErasure, findErasure, findGuild as findGuildById, findOptOut, listErasures } from '@dcs/shared/db'
import { repeatErasure, requestErasure, withdrawErasure } from '@dcs/shared/jobs'
import { Command } from 'commander'
import {
  explainMissingWorker,
  formatSpan,
  print,
  printJson,
  printTable,
  withDatabase,
  withOptions,
  withQueue,
  type Options,
} from '../ingest/open.ts'
import { findGuild } from '../ingest/target.ts'
import { findAuthSecret } from '../start/secrets.ts'

/** `dcs erasures …`: what was erased on request, and to erase it again after a backup was restored. */
export function erasuresCommand(): Command {
  const command = new Command('erasures').description('what people asked to erase, and how to erase it again')
  withOptions(command.command('list').description('list all requests; with --json all that "apply" needs')).action(
    (options: Options) => withDatabase(options, () => list(options)),
  )
  withOptions(
    command
      .command('apply')
      .description('erase again what a restored backup brought back')
      .argument('<file>', 'what "erasures list --json" printed'),
  ).action((file: string, options: Options) => apply(file, options))
  withOptions(
    command.command('receipt').description('print the signed receipt of a request').argument('<id>', 'its id'),
  ).action((id: string, options: Options) => withDatabase(options, () => printReceipt(id)))
  command
    .command('verify')
    .description('tell whether a receipt was made here and not changed')
    .argument('<file>', 'the receipt')
    .action(verify)
  withOptions(
    command
      .command('person')
      .description('erase everything of a person, who need not have signed in')
      .argument('<id>', 'Discord id of the person')
      .option('--with-account', 'also the account here'),
  ).action((id: string, options: Options & { withAccount?: boolean }) => erasePerson(id, options))
  withOptions(
    command.command('cancel').description('take back a request that has not begun').argument('<id>', 'its id'),
  ).action((id: string, options: Options) =>
    withDatabase(options, async () => {
      await withdrawErasure(id, { actorId: null, via: 'cli' })
      print('Taken back. Nothing was erased.')
    }),
  )
  return command
}

/** `dcs guild …`: what only operators do with a server. */
export function guildCommand(): Command {
  const command = new Command('guild').description('what is done with a whole server')
  withOptions(
    command
      .command('purge')
      .description('erase everything of a server')
      .argument('<server>', 'its id or name')
      .requiredOption('--confirm <name>', 'the name of the server, typed once more')
      .option('--grace-days <days>', 'how long it can be taken back', Number, 0)
      .option('--leave', 'take the bot out of the server when it is done'),
  ).action((server: string, options: PurgeOptions) => purge(server, options))
  return command
}

type PurgeOptions = Options & { confirm: string; graceDays: number; leave?: boolean }

async function purge(server: string, options: PurgeOptions): Promise<void> {
  if (!Number.isInteger(options.graceDays) || options.graceDays < 0 || options.graceDays > 3650)
    throw new AppError('invalid-input', '--grace-days is a whole number from 0 to 3650.')
  await withQueue(options, async (queue) => {
    const guild = (await findGuildById(server)) ?? (await findGuild(server))
    if (options.confirm !== guild.name)
      throw new AppError(
        'invalid-input',
        `Nothing was erased: --confirm must be the name of the server, ${guild.name}.`,
      )
    const { erasure, created } = await requestErasure(queue, {
      subject: 'guild',
      subjectId: guild.guildId,
      requestedBy: null,
      via: 'cli',
      graceDays: options.graceDays,
      leavesGuild: options.leave ?? false,
    })
    if (options.json)
      return printJson({ erasure: erasure.id, created, dueAt: erasure.dueAt, clips: erasure.found.clips ?? null })
    if (!created) print('This was asked for before and goes on.')
    else if (erasure.startedAt)
      print(`${erasure.found.clips ?? 0} clips are out of reach and are being erased: ${erasure.id}.`)
    else
      print(
        `It begins at ${erasure.dueAt.toISOString()}. Until then "dcs erasures cancel ${erasure.id}" takes it back.`,
      )
    await warn()
  })
}

async function erasePerson(id: string, options: Options & { withAccount?: boolean }): Promise<void> {
  if (!/^\d{17,20}$/.test(id)) throw new AppError('invalid-input', `${id} is not a Discord id: 17 to 20 digits.`)
  await withQueue(options, async (queue) => {
    const { erasure } = await requestErasure(queue, {
      subject: 'author',
      subjectId: id,
      requestedBy: null,
      via: 'cli',
      withAccount: options.withAccount ?? false,
    })
    if (options.json) return printJson({ erasure: erasure.id, found: erasure.found })
    print(`${erasure.found.clips ?? 0} clips are out of reach and are being erased: ${erasure.id}.`)
    await warn()
  })
}

async function list({ json }: Options): Promise<void> {
  const erasures = await listErasures(null)
  if (json) {
    for (const erasure of erasures) {
      const optedOut = erasure.subject === 'author' && (await findOptOut(erasure.subjectId)) !== null
      if (erasure.cancelledAt === null && erasure.startedAt !== null)
        printJson({ ...(await describeErasure(erasure)), optedOut })
    }
    return
  }
  if (erasures.length === 0) return print('Nobody asked to erase anything.')
  printTable(
    ['ID', 'OF', 'WHOSE', 'ASKED', 'STATE'],
    erasures.map((erasure) => [
      erasure.id,
      erasure.subject === 'author' ? 'person' : 'server',
      erasure.subjectId,
      `${formatSpan(Date.now() - erasure.requestedAt.getTime())} ago`,
      stateOf(erasure),
    ]),
  )
}

function stateOf(erasure: Awaited<ReturnType<typeof listErasures>>[number]): string {
  if (erasure.cancelledAt) return 'taken back'
  if (erasure.erasedAt) return `erased, ${erasure.erased.clips ?? 0} clips`
  if (erasure.startedAt) return `being erased, ${erasure.clipsLeft ?? erasure.found.clips ?? 0} clips left`
  return `begins ${erasure.dueAt.toISOString()}`
}

async function apply(file: string, options: Options): Promise<void> {
  const text = await fs.readFile(file, 'utf8')
  const entries = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => parseEntry(line, index + 1))
  await withQueue(options, async (queue) => {
    const again: string[] = []
    for (const past of entries) if (await repeatErasure(queue, past)) again.push(past.id)
    if (options.json) return printJson({ read: entries.length, again })
    print(
      `${entries.length} requests read. Of ${again.length} something was back; it is out of reach and is being erased.`,
    )
    if (again.length > 0) await warn()
  })
}

function parseEntry(line: string, number: number): PastErasure {
  const past = parsePastErasure(line)
  if (past) return past
  throw new AppError(
    'invalid-input',
    `Line ${number} is none that "dcs erasures list --json" prints. Nothing was done.`,
  )
}

async function printReceipt(id: string): Promise<void> {
  const erasure = /^[0-9a-f-]{36}$/.test(id) ? await findErasure(id) : null
  if (!erasure) throw new AppError('not-found', `There is no request ${id}. "dcs erasures list" shows them.`)
  print(JSON.stringify(signReceipt(await describeErasure(erasure), requireSecret()), null, 2))
}

async function verify(file: string): Promise<void> {
  const isGenuine = isReceiptGenuine(await fs.readFile(file, 'utf8'), requireSecret())
  if (!isGenuine) process.exitCode = 1
  print(
    isGenuine
      ? 'Genuine: made by this instance and not changed.'
      : 'Not genuine: no receipt, made elsewhere or with another AUTH_SECRET, or changed.',
  )
}

/** The secret of the interface: from the environment, or as `dcs start` keeps it. */
function requireSecret(): string {
  const config = loadConfig()
  const secret = config.interface.authSecret ?? findAuthSecret(config.dataDir)
  if (secret) return secret
  throw new AppError('invalid-input', 'AUTH_SECRET is not set; receipts are signed with it.')
}

async function warn(): Promise<void> {
  const warning = await explainMissingWorker()
  if (warning !== null) print(warning)
}
