import type { ChildProcess } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import path from 'node:path'
import { AppError, PermanentFailure } from '@dcs/shared/core'
import { describe, expect, it } from 'vitest'
import { mediaFile } from '../../../discord-twin/src/world/media-files.ts'
import { inspectVideo, type VideoFacts } from './inspect-video.ts'
import { expectFailure, folder, inspect, posterPath } from './tests/helpers.ts'

describe('the process that looks at a file', () => {
  const video = mediaFile('hevc').path

  it('is ended when it takes too long', async () => {
    await expectFailure(inspectVideo(video, { posterPath, timeoutMs: 5 }), 'timeout')
  })

  it('is ended when the caller aborts, whose reason is thrown', async () => {
    const signal = AbortSignal.timeout(5)
    const error: unknown = await inspectVideo(video, { posterPath, signal }).catch((error: unknown) => error)
    expect(error).toBe(signal.reason)
    await expect(inspectVideo(video, { posterPath, signal })).rejects.toBe(signal.reason)
  })

  it('may crash: that is the fault of the file', async () => {
    await expectFailure(
      duringStart(inspect, (child) => child.kill('SIGSEGV')),
      'crashed',
    )
  })

  it('may be killed from outside: that is not', async () => {
    const error = await duringStart(inspect, (child) => child.kill('SIGKILL')).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AppError)
    expect(error).not.toBeInstanceOf(PermanentFailure)
    expect(String(error)).toContain('SIGKILL')
  })

  it('does not blame the file for a disk that fails', async () => {
    const missing = inspect(path.join(folder, 'missing.mp4'))
    const unwritable = inspectVideo(video, { posterPath: path.join(folder, 'missing', 'poster.webp') })
    for (const attempt of [missing, unwritable]) {
      const error: unknown = await attempt.catch((error: unknown) => error)
      expect(error).toBeInstanceOf(AppError)
      expect(error).not.toBeInstanceOf(PermanentFailure)
    }
  })

  async function duringStart(run: typeof inspect, act: (child: ChildProcess) => void): Promise<VideoFacts> {
    const created = channel('child_process')
    const onChild = (message: unknown) => {
      const child = (message as { process: ChildProcess }).process
      child.once('spawn', () => act(child))
    }
    created.subscribe(onChild)
    try {
      return await run(video)
    } finally {
      created.unsubscribe(onChild)
    }
  }
})
