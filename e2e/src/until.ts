import { setTimeout as wait } from 'node:timers/promises'

/** Waits until a condition holds; the timeout is the test's. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await wait(50)
}
