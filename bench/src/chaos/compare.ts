import { parseRanges, type IdRange } from '@dcs/shared/domain'
import type { ScratchServer } from './database.ts'
import type { Truth, WantedClip } from './truth.ts'
import { embedKey, VIDEO_SITE } from './world.ts'

/** Something that the product knows differently from Discord. */
export type Difference = { kind: 'lost' | 'duplicated' | 'wrong' | 'coverage'; id: string; why: string }

type Row = {
  id: string
  guild_id: string
  channel_id: string
  message_id: string
  source: string
  author_id: string | null
  message_content: string
  state: string
  failure_code: string | null
  failure_message: string | null
  object_sha256: string | null
  hidden_reason: string | null
  is_hidden: boolean
  is_gone: boolean
  link_url: string | null
}

type Report = (kind: Difference['kind'], id: string, why: string) => void

/** Compares clips and coverage with the truth, both ways. Files are compared by `compareFiles`. */
export async function compare(server: ScratchServer, truth: Truth): Promise<Difference[]> {
  const found: Difference[] = []
  const report: Report = (kind, id, why) => found.push({ kind, id, why })
  const read = await server.rowsWhenUp<Row>(`
    select id, guild_id, channel_id, message_id, source::text, author_id, message_content, state::text, failure_code, failure_message,
      object_sha256, hidden_reason::text, hidden_at is not null as is_hidden, gone_at is not null as is_gone, link_url from clips`)
  const rows = read.map((row) =>
    row.link_url?.startsWith(VIDEO_SITE) ? { ...row, id: embedKey(row.message_id) } : row,
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  const coverage = await readCoverage(server)
  for (const clip of truth.wanted.values()) {
    const row = stored.get(clip.id)
    if (row) compareWanted(clip, row, report)
    else reportMissing(clip, coverage, report)
  }
  for (const row of rows) if (!truth.wanted.has(row.id)) compareOther(row, truth, report)
  for (const [id, count] of countBy(rows.map((row) => row.id)))
    if (count > 1) report('duplicated', id, `stored ${count} times`)
  compareCoverage(coverage, truth, report)
  return found
}

/** A message that counts as read and whose clip is not there is a false claim as well. */
function reportMissing({ id, places }: WantedClip, coverage: Coverage, report: Report): void {
  const claimed = places.filter(({ channelId, messageId }) =>
    isCovered(coverage.get(channelId)?.ranges ?? [], BigInt(messageId)),
  )
  const where = places.map(({ channelId, messageId }) => `message ${messageId} of channel ${channelId}`).join(', ')
  report('lost', id, `not stored; in ${where}`)
  for (const { channelId, messageId } of claimed)
    report('coverage', channelId, `message ${messageId} counts as read, and its clip ${id} is not stored`)
}

function compareWanted(clip: WantedClip, row: Row, report: Report): void {
  const [first] = clip.places
  const where = `in message ${first?.messageId} of channel ${first?.channelId}`
  if (row.is_hidden) return report('lost', clip.id, `hidden (${row.hidden_reason}); ${where}`)
  if (row.is_gone) report('wrong', clip.id, `counts as gone from Discord; ${where}`)
  const originals = clip.places.filter(({ isForward }) => !isForward)
  const places = originals.length > 0 ? originals : clip.places
  const place = places.find(({ messageId }) => messageId === row.message_id)
  if (!place) return report('wrong', clip.id, `stored with message ${row.message_id}, but it is ${where}`)
  const wrong = (what: string, is: unknown, should: unknown) =>
    is === should ||
    report('wrong', clip.id, `${what} is ${JSON.stringify(is)}, not ${JSON.stringify(should)}; ${where}`)
  wrong('channel', row.channel_id, place.channelId)
  wrong('guild', row.guild_id, place.guildId)
  wrong('author', row.author_id, place.isForward ? null : place.authorId)
  wrong('text', row.message_content, place.content)
  if (clip.isVideo && row.state !== 'ready')
    report('wrong', clip.id, `state ${row.state} (${row.failure_code}: ${row.failure_message}); ${where}`)
  if (row.state === 'ready') wrong('hash', row.object_sha256, clip.sha256)
}

/** A clip that is stored and not in Discord where the bot can read. */
function compareOther(row: Row, truth: Truth, report: Report): void {
  if (truth.unreadable.has(row.id)) {
    if (row.is_hidden && row.hidden_reason !== 'filtered')
      report('wrong', row.id, `hidden (${row.hidden_reason}) although it is in Discord, in channel ${row.channel_id}`)
    return
  }
  if (!truth.ever.has(row.id)) return report('wrong', row.id, `was never in Discord; message ${row.message_id}`)
  // Whether it is gone cannot be known where the bot cannot read.
  if (!truth.messages.has(row.channel_id)) return
  const policy = truth.policies.get(row.guild_id) ?? 'hide'
  const state = `${row.is_hidden ? `hidden (${row.hidden_reason})` : 'visible'}${row.is_gone ? ', gone' : ''}`
  const where = `message ${row.message_id} of channel ${row.channel_id} is gone from Discord, policy ${policy}`
  if (policy === 'purge') report('wrong', row.id, `still stored (${state}); ${where}`)
  else if (!row.is_gone) report('wrong', row.id, `does not count as gone (${state}); ${where}`)
  else if (row.is_hidden !== (policy === 'hide')) report('wrong', row.id, `${state}; ${where}`)
}

type Coverage = Map<string, { covered: string; state: string; state_detail: string | null; ranges: IdRange[] }>

async function readCoverage(server: ScratchServer): Promise<Coverage> {
  const rows = await server.rowsWhenUp<{
    channel_id: string
    covered: string
    state: string
    state_detail: string | null
  }>(
    `select c.channel_id, coalesce(k.covered::text, '{}') as covered, coalesce(k.state::text, 'unknown') as state, k.state_detail
     from bot_channels c left join channel_coverage k using (channel_id)`,
  )
  return new Map(rows.map((row) => [row.channel_id, { ...row, ranges: parseRanges(row.covered) }]))
}

function compareCoverage(known: Coverage, truth: Truth, report: Report): void {
  for (const [channelId, messages] of truth.messages) {
    if (messages.length === 0) continue
    const row = known.get(channelId)
    if (!row) {
      report('coverage', channelId, `a readable channel with ${messages.length} messages is not known`)
      continue
    }
    const open = messages.filter((id) => !isCovered(row.ranges, id))
    if (open.length > 0)
      report(
        'coverage',
        channelId,
        `${open.length} of ${messages.length} messages are not covered, first ${open[0]} (${row.state}, ${row.state_detail})`,
      )
  }
  for (const channelId of truth.neverReadable) {
    const row = known.get(channelId)
    if (row && row.ranges.length > 0)
      report('coverage', channelId, `counts as read (${row.covered}) and never was readable`)
  }
}

function isCovered(ranges: readonly IdRange[], id: bigint): boolean {
  return ranges.some(({ low, high }) => low <= id && id <= high)
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
