/** Gets a path of Discord's API. */
export type Reader = (path: `/${string}`) => Promise<Paged[]>

type Paged = {
  id: string
  content: string
  timestamp: string
  edited_timestamp: string | null
  author: { id: string }
  attachments: { id: string; size: number }[]
  embeds: unknown[]
}

/** What stays the same between two answers; addresses of files are signed anew. */
export type Kept = readonly [id: string, content: string, times: string, author: string, files: string]

/** The newest messages of a channel, newest first. */
export async function readBackwards(
  read: Reader,
  channelId: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<Kept[]> {
  const kept: Kept[] = []
  for (let before = ''; kept.length < limit; before = kept.at(-1)?.[0] ?? '') {
    const page = await read(`/channels/${channelId}/messages?limit=100${before === '' ? '' : `&before=${before}`}`)
    kept.push(...page.map(keep))
    if (page.length < 100) break
  }
  return kept
}

/** Every message of a channel, oldest first. */
export async function readForwards(read: Reader, channelId: string): Promise<Kept[]> {
  const kept: Kept[] = []
  for (;;) {
    const after = kept.at(-1)?.[0] ?? '0'
    const page = await read(`/channels/${channelId}/messages?limit=100&after=${after}`)
    kept.push(...page.toReversed().map(keep))
    if (page.length < 100) return kept
  }
}

function keep({ id, content, timestamp, edited_timestamp: edited, author, attachments, embeds }: Paged): Kept {
  const files = attachments.map((file) => `${file.id} ${file.size}`)
  return [id, content, `${timestamp} ${edited}`, author.id, `${files.join(' ')} ${embeds.length}`]
}
