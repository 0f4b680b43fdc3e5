import { AppError } from '@dcs/shared/core'
import { getChannelsByGuild, listGuilds } from '@dcs/shared/db'
import {
  cancelJob,
  listFailuresToRetry,
  listJobFailures,
  listJobs,
  retryJobFailure,
  type JobFailureView,
  type JobItem,
  type Queue,
} from '@dcs/shared/jobs'
import { Command } from 'commander'
import {
  explainMissingWorker,
  formatSpan,
  parseCount,
  print,
  printJson,
  printTable,
  withDatabase,
  withOptions,
  withQueue,
  type Options,
} from './open.ts'
import { findGuild } from './target.ts'

type ListOptions = Options & { failed?: boolean; guild?: string; limit: number }

/** `dcs jobs …`: what waits, what runs and what failed. */
export function jobsCommand(): Command {
  const command = new Command('jobs').description('look at what the workers do, and try again what failed')
  withOptions(
    command
      .command('list')
      .description('list what runs and waits, or with --failed what failed')
      .option('--failed', 'what ended without success, newest first')
      .option('--guild <server>', 'only of this server (id or name)')
      .option('--limit <n>', 'at most so many', parseCount, 100),
  ).action(async (options: ListOptions) => {
    await withDatabase(options, async () => {
      const guildId = options.guild === undefined ? undefined : (await findGuild(options.guild)).guildId
      if (options.failed) await listFailed(options, guildId)
      else await listWaiting(options, guildId)
    })
  })
  withOptions(
    command
      .command('retry')
      .description('try again what failed')
      .argument('<id|all>', 'the id that "jobs list --failed" shows')
      .option('--guild <server>', 'with all: only of this server'),
  ).action(async (id: string, options: ListOptions) => {
    await withQueue(options, async (queue) => retry(queue, id, options))
  })
  withOptions(
    command
      .command('cancel')
      .description('end a job that waits or runs, and what it is about')
      .argument('<id>', 'the id that "jobs list" shows'),
  ).action(async (id: string, options: Options) => {
    await withQueue(options, async (queue) => {
      const job = await cancelJob(queue, id)
      if (!job)
        throw new AppError('not-found', `No job with the id ${id} waits or runs. "dcs jobs list" shows those that do.`)
      if (options.json) printJson({ cancelled: job.id, job: job.name })
      else print(`Cancelled ${job.name} ${job.id}.`)
    })
  })
  return command
}

async function listWaiting({ json, limit }: ListOptions, guildId: string | undefined): Promise<void> {
  const jobs = await listJobs({ limit, ...(guildId === undefined ? {} : { guildId }) })
  if (json) return printJson(jobs)
  if (jobs.length === 0) print('Nothing runs and nothing waits.')
  else {
    const nameOf = await openNames(jobs)
    printTable(
      ['ID', 'JOB', 'STATE', 'FOR', 'ABOUT', 'ATTEMPTS'],
      jobs.map((job) => [job.id, job.name, job.state, formatSpan(ageOf(job)), nameOf(job), String(job.attempts)]),
    )
    if (jobs.length === limit) print(`These are the first ${limit}; --limit shows more.`)
  }
  const warning = await explainMissingWorker()
  if (jobs.length > 0 && warning !== null) print(warning)
}

async function listFailed({ json, limit }: ListOptions, guildId: string | undefined): Promise<void> {
  const failures = await listJobFailures({ limit, ...(guildId === undefined ? {} : { guildId }) })
  if (json) return printJson(failures)
  if (failures.length === 0) return print('Nothing failed.')
  const nameOf = await openNames(failures)
  for (const failure of failures) {
    const { id, job, state, code, failedAt, attempts, message } = failure
    const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
    print(`${id}  ${job}  ${state === 'retrying' ? 'being retried' : code}  ${nameOf(failure)}`)
    print(`  ${formatSpan(Date.now() - failedAt.getTime())} ago, after ${tries}: ${message}`)
  }
  print('"dcs jobs retry <id>" or "dcs jobs retry all" tries them again.')
}

async function retry(queue: Queue, id: string, { json, guild }: ListOptions): Promise<void> {
  const guildId = guild === undefined ? undefined : (await findGuild(guild)).guildId
  const ids = id === 'all' ? await listFailuresToRetry(guildId) : [id]
  const refused: { id: string; reason: string }[] = []
  let retried = 0
  for (const one of ids) {
    try {
      if (await retryJobFailure(queue, one)) retried++
      else
        refused.push({
          id: one,
          reason: 'It is being retried already, or no failure has this id: see "dcs jobs list --failed".',
        })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'invalid-input')
        throw new AppError('not-found', `No failure has the id ${one}. "dcs jobs list --failed" shows them.`)
      refused.push({ id: one, reason: error.publicMessage ?? error.message })
    }
  }
  if (refused.length > 0) process.exitCode = 1
  if (json) return printJson({ retried, refused })
  if (ids.length === 0) return print('Nothing is there to be retried.')
  if (retried > 0) print(`Trying again: ${retried}.`)
  for (const { id: one, reason } of refused) process.stderr.write(`${one}: ${reason}\n`)
  const warning = retried > 0 ? await explainMissingWorker() : null
  if (warning !== null) print(warning)
}

function ageOf({ startedAt, createdAt, state }: JobItem): number {
  return Date.now() - (state === 'running' && startedAt ? startedAt : createdAt).getTime()
}

type About = Pick<JobFailureView, 'guildId' | 'channelId' | 'key'>

/** Says what jobs are about by the names of servers and channels. */
async function openNames(jobs: readonly About[]): Promise<(job: About) => string> {
  const names = new Map((await listGuilds()).map(({ guildId, name }) => [guildId, name]))
  for (const guildId of new Set(jobs.flatMap((job) => job.guildId ?? [])))
    for (const { channelId, name } of await getChannelsByGuild(guildId)) names.set(channelId, name ?? channelId)
  return ({ guildId, channelId, key }) => {
    const guild = guildId === null ? '' : (names.get(guildId) ?? guildId)
    return channelId === null ? guild || key : `#${names.get(channelId) ?? channelId} in ${guild}`
  }
}
