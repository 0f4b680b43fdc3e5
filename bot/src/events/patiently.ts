import { sleep } from '@dcs/shared/core'
import { isDataError } from '@dcs/shared/db'

/** How long the database may be away before what an event says is given up, in milliseconds; a restart of it takes a second or two. */
const DELAYS_MS = [100, 400, 1_500, 3_000, 5_000]

/** Does what is safe to do twice until the database takes it. Throws what it threw last. */
export async function patiently(work: () => Promise<void> | void): Promise<void> {
  for (const delayMs of DELAYS_MS) {
    try {
      return await work()
    } catch (error) {
      if (isDataError(error)) throw error
      await sleep(delayMs)
    }
  }
  await work()
}
