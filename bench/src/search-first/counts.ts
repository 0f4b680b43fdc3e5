import { database, describeGuildScans, sql } from '@dcs/shared/db'

/** Clips of embeds and links have no file at the twin. */
const WITH_FILE = sql`source in ('attachment', 'forward', 'component')`

/** Where a scan of several guilds is. */
export type Counts = {
  clips: number
  /** Requests of the search, and pages of history. */
  searchRequests: number
  messages: number
  requests: number
  isSearching: boolean
  isDone: boolean
}

/** Looks at everything at once. */
export async function countAll(guildIds: readonly string[]): Promise<Counts> {
  const scans = [...(await describeGuildScans(guildIds)).values()]
  const isActive = (status: string | null) => status === 'queued' || status === 'running'
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    clips: await countOf(sql`select count(*)::int as count from clips where ${WITH_FILE}`),
    searchRequests: sum(scans.map(({ requests }) => requests)),
    messages: sum(scans.map(({ messagesScanned }) => messagesScanned)),
    requests: await countOf(sql`select coalesce(sum(requests), 0)::int as count from rate_minutes`),
    isSearching: scans.some(({ search }) => isActive(search)),
    isDone: scans.length === guildIds.length && scans.every(({ status }) => !isActive(status)),
  }
}

/** Ids of all clips with a file of their own. */
export async function listStoredClips(): Promise<Set<string>> {
  const { rows } = await database().execute<{ id: string }>(sql`select id from clips where ${WITH_FILE}`)
  return new Set(rows.map(({ id }) => id))
}

/** How many of these channels and threads are not covered from their beginning on without a gap, those included that nobody has listed. */
export async function countOpenChannels(channelIds: readonly string[]): Promise<number> {
  return countOf(sql`
    select count(*)::int as count
    from jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb) as given(channel_id) left join channel_coverage k using (channel_id)
    where k.covered is null or isempty(k.covered) or lower(k.covered) > 0 or k.covered <> int8multirange(range_merge(k.covered))`)
}

async function countOf(query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await database().execute<{ count: number }>(query)
  return rows[0]?.count ?? 0
}
