import type { GuildScan, SearchCursors } from '@dcs/shared/db'
import { SEARCH_CHANNELS, type SearchTopic } from '@dcs/shared/discord'
import { isThread } from '@dcs/shared/domain'
import type { ReadChannel } from '@dcs/shared/jobs'

const TOPICS: readonly SearchTopic[] = ['video', 'snapshot', 'embed']

/** The topic of a question by its name in the cursors: `video`, or `video 2` for the second lot of channels. */
export function topicOf(name: string): SearchTopic {
  return TOPICS.find((topic) => name.split(' ')[0] === topic) ?? 'video'
}

/** The names of questions in the order in which they are asked; the database keeps none. */
export function inOrder(cursors: SearchCursors): string[] {
  const rank = (name: string) => TOPICS.indexOf(topicOf(name)) * 1_000 + Number(name.split(' ')[1] ?? 0)
  return Object.keys(cursors).toSorted((a, b) => rank(a) - rank(b))
}

/**
 * The questions of a scan with nothing read yet. A whole guild is asked about at once when threads are wanted, because threads that nobody has listed yet
 * cannot be named, or when naming the channels would take several questions; otherwise only what is read is asked about.
 */
export function firstCursors(scan: Pick<GuildScan, 'channelIds'>, read: readonly ReadChannel[]): SearchCursors {
  const chosen = scan.channelIds && new Set(scan.channelIds)
  const ids = read
    .map(({ channel }) => channel)
    .filter(({ channelId, type, parentId }) =>
      chosen ? chosen.has(channelId) || (isThread(type) && chosen.has(parentId ?? '')) : true,
    )
    .map(({ channelId }) => channelId)
  const isWhole = !chosen && (ids.length > SEARCH_CHANNELS || read.some(({ rules }) => rules.includesThreads))
  const lots = isWhole ? [null] : chunk(ids, SEARCH_CHANNELS)
  return Object.fromEntries(
    TOPICS.flatMap((topic) =>
      lots.map((channelIds, index) => [
        index === 0 ? topic : `${topic} ${index + 1}`,
        { maxId: null, isDone: false, channelIds },
      ]),
    ),
  )
}

function chunk(ids: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ids.slice(index * size, (index + 1) * size))
}
