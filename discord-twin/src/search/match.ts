import { EmbedType } from 'discord-api-types/v10'
import type { Attachment, Message } from '../world/types.ts'
import type { World } from '../world/world.ts'
import type { SearchQuery } from './query.ts'

/** How well a message fits: 0 not at all. */
export type Matcher = (message: Message) => number

type Test = (message: Message) => boolean

/** What decides whether a message is found. Of several values of a parameter one is enough, and none of those with a minus may be true. */
export function createMatcher(query: Omit<SearchQuery, 'limit' | 'offset'>, world: World): Matcher {
  const tests = testsOf(query, world)
  const words = wordsOf(query.content ?? '')
  return (message) => {
    if (!tests.every((test) => test(message))) return 0
    return words.length === 0 ? 1 : phraseScore(wordsOf(message.content), words, query.slop)
  }
}

function testsOf(query: Parameters<typeof createMatcher>[0], world: World): Test[] {
  const tests: Test[] = []
  const anyOf = (wanted: readonly string[], valuesOf: (message: Message) => readonly string[]) => {
    const set = new Set(wanted)
    if (set.size > 0) tests.push((message) => valuesOf(message).some((value) => set.has(value)))
  }
  const flag = (wanted: boolean | undefined, valueOf: Test) => {
    if (wanted !== undefined) tests.push((message) => valueOf(message) === wanted)
  }
  anyOf(query.author_id, ({ authorId }) => [authorId])
  anyOf(query.mentions, ({ mentionIds }) => mentionIds)
  anyOf(query.mentions_role_id, ({ mentionRoleIds }) => mentionRoleIds)
  anyOf(query.replied_to_message_id, ({ replyTo }) => (replyTo === null ? [] : [replyTo]))
  anyOf(query.replied_to_user_id, ({ channelId, replyTo }) => {
    const author = replyTo === null ? undefined : world.findMessage(channelId, replyTo)?.authorId
    return author === undefined ? [] : [author]
  })
  anyOf(lower(query.link_hostname), ({ content }) => hostsOf(content))
  anyOf(query.embed_provider, ({ embeds }) => embeds.flatMap(({ provider }) => provider?.name ?? []))
  anyOf(
    query.embed_type.flatMap((type) => EMBED_TYPES[type]),
    ({ embeds }) => embeds.flatMap(({ type }) => type ?? []),
  )
  anyOf(lower(query.attachment_filename), (message) => lower(filesOf(message).map(({ fileName }) => fileName)))
  anyOf(
    lower(query.attachment_extension).map((extension) => extension.replace(/^\./, '')),
    (message) => filesOf(message).map(({ fileName }) => fileName.split('.').at(-1)?.toLowerCase() ?? ''),
  )
  flag(query.mention_everyone, ({ mentionEveryone }) => mentionEveryone)
  flag(query.pinned, ({ pinnedAt }) => pinnedAt !== null)
  tests.push(...signed(query.author_type, (type) => (message) => authorType(message, world) === type))
  tests.push(...signed(query.has, (what) => HAS[what]))
  return tests
}

/** One test for the values without a minus, and one for each with it. */
function signed<T extends string>(values: readonly (T | `-${T}`)[], testFor: (value: T) => Test): Test[] {
  const wanted = values.filter((value): value is T => !value.startsWith('-')).map(testFor)
  const unwanted = values.filter((value) => value.startsWith('-')).map((value) => testFor(value.slice(1) as T))
  return [
    ...(wanted.length > 0 ? [(message: Message) => wanted.some((test) => test(message))] : []),
    ...unwanted.map(
      (test): Test =>
        (message) =>
          !test(message),
    ),
  ]
}

const EMBED_TYPES: Record<SearchQuery['embed_type'][number], string[]> = {
  image: [EmbedType.Image],
  video: [EmbedType.Video],
  gif: [EmbedType.GIFV],
  sound: ['audio', 'sound'],
  article: [EmbedType.Article, EmbedType.Link],
}

type HasOption = 'link' | 'embed' | 'file' | 'image' | 'video' | 'sound' | 'sticker' | 'poll' | 'snapshot'

const HAS: Record<HasOption, Test> = {
  link: ({ content }) => /https?:\/\//i.test(content),
  embed: ({ embeds }) => embeds.length > 0,
  file: (message) => filesOf(message).length > 0,
  image: (message) =>
    filesOf(message).some(isOf('image/')) || message.embeds.some(({ type }) => type === EmbedType.Image),
  video: (message) =>
    filesOf(message).some(isOf('video/')) || message.embeds.some(({ type }) => type === EmbedType.Video),
  sound: (message) => filesOf(message).some(isOf('audio/')),
  sticker: () => false,
  poll: ({ poll }) => poll !== null,
  snapshot: ({ forward }) => forward !== null,
}

/** The files of the message itself: what a forward shows is found by `has=snapshot` alone. */
function filesOf({ attachments, componentFiles }: Message): Attachment[] {
  return componentFiles.length === 0 ? attachments : [...attachments, ...componentFiles]
}

function isOf(type: string): (file: Attachment) => boolean {
  return ({ contentType }) => contentType?.startsWith(type) ?? false
}

function authorType({ webhook, authorId }: Message, world: World): 'user' | 'bot' | 'webhook' {
  if (webhook) return 'webhook'
  return world.people.get(authorId)?.bot ? 'bot' : 'user'
}

function hostsOf(content: string): string[] {
  return [...content.matchAll(/https?:\/\/([^\s/:?#<>]+)/gi)].flatMap(([, host]) => host?.toLowerCase() ?? [])
}

function lower(values: readonly string[]): string[] {
  return values.map((value) => value.toLowerCase())
}

/** Words of a text, small letters. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** The words must stand in order with at most `slop` others between neighbours; fewer others make a better score. */
function phraseScore(text: readonly string[], words: readonly string[], slop: number): number {
  let best = 0
  for (const [start, word] of text.entries()) {
    if (word !== words[0]) continue
    const skipped = skippedFrom(text, words, start, slop)
    if (skipped !== null) best = Math.max(best, 1 + 1 / (1 + skipped) + words.length / (words.length + text.length))
  }
  return best
}

function skippedFrom(text: readonly string[], words: readonly string[], start: number, slop: number): number | null {
  let ends = new Map([[start, 0]])
  for (const word of words.slice(1)) {
    const next = new Map<number, number>()
    for (const [end, skipped] of ends)
      for (let gap = 0; gap <= slop; gap++) {
        const at = end + 1 + gap
        if (text[at] === word) next.set(at, Math.min(next.get(at) ?? Number.POSITIVE_INFINITY, skipped + gap))
      }
    ends = next
  }
  return ends.size === 0 ? null : Math.min(...ends.values())
}
