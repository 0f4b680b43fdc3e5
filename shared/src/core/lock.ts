import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import * as z from 'zod'
import { AppError } from './errors.ts'
import { sleep } from './time.ts'
import { findStartTime, isProcessAlive } from './processes.ts'

const zHolder = z.object({ pid: z.int().positive(), startedAt: z.string().nullable(), token: z.string() })
type Holder = z.output<typeof zHolder>

/** What a lock file that cannot be read is taken for. They appear whole, so only a power cut leaves such a file behind. */
const broken: Holder = { pid: 0, startedAt: null, token: 'broken' }

/** Runs `work` while no other process on this machine (nor another caller in this one) holds the lock file. */
export async function withLock<T>(file: string, work: () => Promise<T>, timeoutMs = 60_000): Promise<T> {
  const own: Holder = { pid: process.pid, startedAt: findStartTime(process.pid), token: randomBytes(6).toString('hex') }
  const deadline = Date.now() + timeoutMs
  while (!tryLock(file, own)) {
    if (Date.now() > deadline) throw lockTimeout(file, timeoutMs)
    await sleep(10 + Math.random() * 30)
  }
  try {
    return await work()
  } finally {
    unlock(file, own)
  }
}

function tryLock(file: string, own: Holder): boolean {
  const holder = readHolder(file)
  if (!holder) return createWhole(file, own)
  if (holder !== broken && isProcessAlive(holder.pid, holder.startedAt)) return false
  reap(file, holder, own)
  return false
}

/**
 * Removes the lock file of a dead holder. Only who holds the lock named after that one holder may, and it looks again before it does:
 * otherwise a second reaper, late by a moment, would remove the lock of whoever came next. A reaper that dies is reaped the same way.
 */
function reap(file: string, dead: Holder, own: Holder): void {
  const reaping = `${file}.${dead.token}`
  if (!tryLock(reaping, own)) return
  try {
    if (readHolder(file)?.token === dead.token) fs.rmSync(file, { force: true })
  } finally {
    unlock(reaping, own)
  }
}

/** Creates the file with its content in one step, so that no reader ever sees an empty one. */
function createWhole(file: string, own: Holder): boolean {
  const draft = `${file}.draft-${own.token}`
  fs.writeFileSync(draft, JSON.stringify(own))
  try {
    fs.linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

function unlock(file: string, own: Holder): void {
  if (readHolder(file)?.token === own.token) fs.rmSync(file, { force: true })
}

function readHolder(file: string): Holder | null {
  try {
    const parsed = zHolder.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : broken
  } catch (error) {
    if (error instanceof SyntaxError) return broken
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function lockTimeout(file: string, timeoutMs: number): AppError {
  const seconds = Math.round(timeoutMs / 1000)
  return new AppError(
    'unavailable',
    `Waited ${seconds} s for the lock ${file}, held by process ${readHolder(file)?.pid ?? 'unknown'}. If that process hangs, end it; the lock then frees itself.`,
  )
}
