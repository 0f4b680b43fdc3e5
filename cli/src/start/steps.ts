/** Prints one line per step with the time it took. */
export function createSteps(write = (line: string) => void process.stdout.write(line)) {
  return async function step<T>(
    name: string,
    work: () => Promise<T>,
    note: (result: T) => string = () => '',
  ): Promise<T> {
    const begun = performance.now()
    const result = await work()
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    const remark = note(result)
    write(`${name.padEnd(22)} ${seconds.padStart(5)} s${remark && `   ${remark}`}\n`)
    return result
  }
}
