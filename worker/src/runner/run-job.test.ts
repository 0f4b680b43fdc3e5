import { AppError, parseSnowflake, PermanentFailure, RetryLater, type Logger } from '@dcs/shared/core'
import { JobInterruption, type JobContext } from '@dcs/shared/jobs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { WorkerContext } from '../context.ts'
import type { Failure, Handler } from './handler.ts'
import { runJob } from './run-job.ts'

type Line = Record<string, unknown>

/** A log whose lines can be looked at. */
function collectInto(lines: Line[], fields: Line = {}): Logger {
  const write = (level: string) => (more: Line, msg: string) => void lines.push({ level, ...fields, ...more, msg })
  const child = (more: Line) => collectInto(lines, { ...fields, ...more })
  return { info: write('info'), warn: write('warn'), debug: () => {}, child } as unknown as Logger
}

describe('runJob', () => {
  let lines: Line[]
  let recorded: Failure[]
  let stopping: AbortController

  beforeEach(() => {
    lines = []
    recorded = []
    stopping = new AbortController()
  })

  const attempt = (work: Handler<'fetch-clip'>['run'], options: Partial<JobContext> = {}) => {
    const log = collectInto(lines)
    const handler: Handler<'fetch-clip'> = {
      concurrency: 1,
      run: work,
      recordFailure: async (_context, _payload, failure) => void recorded.push(failure),
      about: async () => ({ guildId: '1', channelId: '2' }),
      backoff: async () => ({ initialMs: 1, maxMs: 1, multiplier: 1 }),
    }
    const context = { log, stopping: stopping.signal } as WorkerContext
    const { signal } = new AbortController()
    const job = { jobId: 'j', signal, isLastAttempt: false, attempt: 1, losses: 0, ...options }
    return runJob(context, 'fetch-clip', handler, { clipId: parseSnowflake('7') }, job)
  }
  /** Does what the queue does with a verdict. */
  const run = async (work: Handler<'fetch-clip'>['run'], options: Partial<JobContext> = {}) => {
    const verdict = await attempt(work, options)
    await verdict?.record?.(null as never)
    return verdict
  }

  it('logs one line with what the handler adds', async () => {
    await run(async (_context, _payload, { event }) => {
      event.bytes = 3
    })
    expect(lines).toEqual([
      expect.objectContaining({ job: 'fetch-clip', clipId: '7', outcome: 'done', bytes: 3, msg: 'job finished' }),
    ])
  })

  it('records a permanent failure at once and finishes the job', async () => {
    const verdict = await run(async () => {
      throw new PermanentFailure('forbidden', 'The bot may not.')
    })
    expect(verdict).toMatchObject({ code: 'forbidden', message: 'The bot may not.', guildId: '1', channelId: '2' })
    expect(recorded).toEqual([{ code: 'forbidden', message: 'The bot may not.' }])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'failed', reason: 'The bot may not.' })])
  })

  it('records nothing while there are attempts left', async () => {
    await expect(
      run(async () => {
        throw new Error('socket')
      }),
    ).rejects.toThrow('socket')
    expect(recorded).toEqual([])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'again', err: expect.anything() })])
  })

  it('records a failure nobody expected on the last attempt, without its technical words', async () => {
    await run(
      async () => {
        throw new Error('select failed: password=1')
      },
      { isLastAttempt: true },
    )
    expect(recorded).toEqual([{ code: 'internal', message: expect.stringContaining('Something went wrong') }])
  })

  it('records what an understood error says on the last attempt', async () => {
    await run(
      async () => {
        throw new AppError('upstream', 'for the log', { publicMessage: 'for people' })
      },
      { isLastAttempt: true },
    )
    expect(recorded).toEqual([{ code: 'upstream', message: 'for people' }])
  })

  it('tries again after the deadline, and says on the last attempt that it was too long', async () => {
    const work: Handler<'fetch-clip'>['run'] = async (_context, _payload, { signal }) => signal.throwIfAborted()
    const signal = AbortSignal.abort(new JobInterruption('expired'))
    await expect(attempt(work, { signal })).rejects.toThrow('not finished after 60 minutes')
    expect(await run(work, { signal, isLastAttempt: true })).toMatchObject({ code: 'timeout' })
  })

  it('does not call a cancelled job failed', async () => {
    const signal = AbortSignal.abort(new JobInterruption('cancelled'))
    const work: Handler<'fetch-clip'>['run'] = async (_context, _payload, run) => run.signal.throwIfAborted()
    await expect(attempt(work, { signal, isLastAttempt: true })).rejects.toThrow('cancelled')
    expect(lines).toEqual([expect.objectContaining({ outcome: 'canceled', level: 'info' })])
  })

  it('ends a job that every worker dies over, without running it again', async () => {
    let runs = 0
    const verdict = await run(async () => void runs++, { losses: 20 })
    expect({ verdict, runs }).toEqual({ verdict: expect.objectContaining({ code: 'worker-died' }), runs: 0 })
  })

  it('waits for what can pass and goes on, even on the last attempt', async () => {
    let tries = 0
    await run(
      async () => {
        if (++tries < 4) throw new RetryLater('busy', 60_000)
      },
      { isLastAttempt: true },
    )
    expect(tries).toBe(4)
    expect(recorded).toEqual([])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'done', waits: 3 })])
  })

  it('gives the job back when the worker stops, and does not call it failed', async () => {
    const failing = run(
      async (_context, _payload, { signal }) => {
        stopping.abort(new Error('The worker stops.'))
        signal.throwIfAborted()
      },
      { isLastAttempt: true },
    )
    await expect(failing).rejects.toThrow('The worker stops.')
    expect(recorded).toEqual([])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'interrupted', level: 'info' })])
  })
})
