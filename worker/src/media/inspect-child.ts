/**
 * Looks at one file that may be hostile. Arguments: the video, where to write its poster, how long its parent waits. Answers with one message; its
 * parent ends it.
 */
import { open } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { DAMAGED, FileSource } from './file-source.ts'
import { Refusal, type Reply } from './inspection.ts'
import { makePoster } from './poster.ts'
import { readFacts } from './read-facts.ts'

/** Decoding the largest picture we accept takes about half of it. */
const MAX_RESIDENT_BYTES = 1024 ** 3

sharp.concurrency(1)
sharp.cache(false)

// Ctrl+C reaches the whole group; the parent decides when this ends.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => process.exit(1))
process.on('uncaughtException', (error) => answer(replyTo(error)))
setInterval(() => {
  if (process.memoryUsage.rss() > MAX_RESIDENT_BYTES)
    answer({ outcome: 'refused', code: 'too-large-picture', message: 'The video needs too much memory to be shown.' })
}, 50).unref()

const [videoPath = '', posterPath = '', patienceMs = '0'] = process.argv.slice(2)
endAfter(Number(patienceMs))
answer(await inspect(videoPath, posterPath))

async function inspect(path: string, posterTarget: string): Promise<Reply> {
  let file: FileSource | undefined
  try {
    await using handle = await open(path)
    file = new FileSource(handle, (await handle.stat()).size)
    const video = await readFacts(file)
    const made = await makePoster(video, posterTarget)
    const poster = 'poster' in made ? made.poster : null
    return {
      outcome: 'facts',
      facts: { ...video.facts, poster, posterProblem: 'problem' in made ? made.problem : null },
    }
  } catch (error) {
    return replyTo(file?.diskError ?? error)
  }
}

/** What the system refuses can pass; everything else was caused by the file. */
function replyTo(error: unknown): Reply {
  if (error instanceof Refusal) return { outcome: 'refused', code: error.code, message: error.message }
  if (error instanceof Error && ('syscall' in error || 'permission' in error))
    return { outcome: 'error', message: error.message }
  return { outcome: 'refused', code: 'unsupported', message: DAMAGED }
}

function answer(reply: Reply): void {
  process.send?.(reply)
}

/** A damaged index can keep the main thread busy for hours, which must not outlive a parent that was killed. */
function endAfter(ms: number): void {
  const script = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms})`
  new Worker(script, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref()
}
