import fs from 'node:fs'

/** The state letter and the start time (clock ticks since boot) of a process, or null where there is no /proc or no such process. */
function readStat(pid: number): { state: string; startedAt: string } | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may hold spaces and brackets
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' }
  } catch {
    return null
  }
}

/** What tells a process from a later one with the same pid; null where the system cannot say. */
export function findStartTime(pid: number): string | null {
  return readStat(pid)?.startedAt ?? null
}

/**
 * Whether a process runs. A zombie counts as dead: where nobody reaps (a container without an init) it would otherwise stay for ever.
 * With `startedAt`, a later process that was given the same pid counts as dead too.
 */
export function isProcessAlive(pid: number, startedAt: string | null = null): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const stat = readStat(pid)
  if (!stat) return true
  if (stat.state === 'Z' || stat.state === 'X') return false
  return startedAt === null || startedAt === stat.startedAt
}
