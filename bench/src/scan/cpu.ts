import fs from 'node:fs'

/** Clock ticks of the kernel in a second, as /proc counts them. */
const TICKS = 100

/** Seconds of processor time that a process has used so far. */
export function cpuOf(pid: number): number {
  return ticksOf(pid, [13, 14]) / TICKS
}

/** Seconds of processor time that the server behind this backend has used so far: all its processes, those that have ended included. */
export function cpuOfPostgres(backendPid: number): number {
  const postmaster = Number(fieldsOf(backendPid)[3])
  const own = ticksOf(postmaster, [13, 14, 15, 16])
  const children = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(fieldsOf(Number(name))[3]) === postmaster)
    .reduce((sum, name) => sum + ticksOf(Number(name), [13, 14]), 0)
  return (own + children) / TICKS
}

function ticksOf(pid: number, fields: readonly number[]): number {
  const all = fieldsOf(pid)
  return fields.reduce((sum, field) => sum + Number(all[field] ?? 0), 0)
}

/** The fields of /proc/<pid>/stat; the second, a name in brackets, may have spaces. Empty when the process is gone. */
function fieldsOf(pid: number): string[] {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return ['', '', ...text.slice(text.lastIndexOf(')') + 2).split(' ')]
  } catch {
    // It ended meanwhile.
    return []
  }
}
