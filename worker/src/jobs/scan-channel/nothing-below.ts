import { RetryLater, SECOND } from '@dcs/shared/core'
import { findNewestMessageId } from '@dcs/shared/db'
import { fetchMessagesAround } from '@dcs/shared/discord'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerContext } from '../../context.ts'
import { requireReadable } from './access.ts'
import type { Scan } from './scan.ts'

/** Above every id that Discord gives. */
const HIGHEST_ID = 2n ** 63n - 1n

/** Pauses between looks at a channel in which nothing is left, in milliseconds. */
const PAUSES_MS = [100, 200, 400, 800, 1_600]

/**
 * Makes sure that nothing is left below `before` (null: in the channel), where Discord gave an empty page. Discord answers an empty list, not an error, when Read Message History is
 * missing, and a permission can go and come back between two requests, so only a list that has messages proves itself: the messages next to `before`. Where there are none of
 * either side, the channel is empty; if it is known to have had messages, it must look so for some seconds. Throws a `ScanObstacle` that names what is missing, and `RetryLater`
 * when there are messages after all.
 */
export async function requireNothingBelow(
  context: WorkerContext,
  scan: Scan,
  before: bigint | null,
  signal: AbortSignal,
): Promise<void> {
  const place = before ?? HIGHEST_ID
  const look = async (): Promise<'proven' | 'nothing'> => {
    const around = await fetchMessagesAround(context.rest, scan.channelId, String(place), signal)
    if (around.some(({ id }) => BigInt(id) < place))
      throw new RetryLater(
        `Discord gave an empty list of messages of channel ${scan.channelId}, and there are some`,
        5 * SECOND,
      )
    return around.length > 0 ? 'proven' : 'nothing'
  }
  if ((await look()) === 'proven') return
  await requireReadable(context, scan)
  if (before === null && (await findNewestMessageId(scan.channelId)) === null) return
  for (const pause of PAUSES_MS) {
    await sleep(pause, undefined, { signal })
    if ((await look()) === 'proven') return
  }
  await requireReadable(context, scan)
}
