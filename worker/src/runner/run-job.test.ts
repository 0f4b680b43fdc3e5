import { AppError, parseSnowflake, PermanentFailure, RetryLater, type Logger } from '@dcs/shared/core'
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

  const run = (work: Handler<'fetch-clip'>['run'], isLastAttempt = false) => {
    const log = collectInto(lines)
    const handler: Handler<'fetch-clip'> = {
      concurrency: 1,
      run: work,
      recordFailure: async (_context, _payload, failure) => void recorded.push(failure),
      backoff: async () => ({ initialMs: 1, maxMs: 1, multiplier: 1 }),
    }
    const context = { log, stopping: stopping.signal } as WorkerContext
    const job = { jobId: 'j', signal: new AbortController().signal, isLastAttempt }
    return runJob(context, 'fetch-clip', handler, { clipId: parseSnowflake('7') }, job)
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
    await run(async () => {
      throw new PermanentFailure('forbidden', 'The bot may not.')
    })
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
    const failing = run(async () => {
      throw new Error('select failed: password=1')
    }, true)
    await expect(failing).rejects.toThrow('select failed')
    expect(recorded).toEqual([{ code: 'internal', message: expect.stringContaining('Something went wrong') }])
  })

  it('records what an understood error says on the last attempt', async () => {
    const failing = run(async () => {
      throw new AppError('upstream', 'for the log', { publicMessage: 'for people' })
    }, true)
    await expect(failing).rejects.toThrow('for the log')
    expect(recorded).toEqual([{ code: 'upstream', message: 'for people' }])
  })

  it('waits for what can pass and goes on, even on the last attempt', async () => {
    let tries = 0
    await run(async () => {
      if (++tries < 4) throw new RetryLater('busy', 60_000)
    }, true)
    expect(tries).toBe(4)
    expect(recorded).toEqual([])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'done', waits: 3 })])
  })

  it('gives the job back when the worker stops, and does not call it failed', async () => {
    const failing = run(async (_context, _payload, { signal }) => {
      stopping.abort(new Error('The worker stops.'))
      signal.throwIfAborted()
    }, true)
    await expect(failing).rejects.toThrow('The worker stops.')
    expect(recorded).toEqual([])
    expect(lines).toEqual([expect.objectContaining({ outcome: 'interrupted', level: 'info' })])
  })
})
