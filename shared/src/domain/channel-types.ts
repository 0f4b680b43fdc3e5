/** Names of Discord's channel types by number, as the original stored them (https://docs.discord.com/developers/resources/channel#channel-object-channel-types). */
const NAMES: Record<number, string> = {
  0: 'text',
  2: 'voice',
  4: 'category',
  5: 'news',
  10: 'news_thread',
  11: 'public_thread',
  12: 'private_thread',
  13: 'stage_voice',
  14: 'directory',
  15: 'forum',
  16: 'media',
}

const THREADS = new Set(['news_thread', 'public_thread', 'private_thread'])
const WITH_THREADS = new Set(['text', 'news', 'forum', 'media'])
const WITH_MESSAGES = new Set(['text', 'voice', 'news', 'stage_voice', ...THREADS])

/** The stored name of a channel type; an unknown one keeps its number. */
export function channelTypeName(type: number): string {
  return NAMES[type] ?? `type_${type}`
}

/** True for the three kinds of thread, whose permissions are their parent's. */
export function isThread(type: string | null): boolean {
  return type !== null && THREADS.has(type)
}

/** True when messages can be posted in it directly; a forum and a category only hold other channels. */
export function hasMessages(type: string | null): boolean {
  return type !== null && WITH_MESSAGES.has(type)
}

/** True when threads or posts can be made in it. */
export function hasThreads(type: string | null): boolean {
  return type !== null && WITH_THREADS.has(type)
}
