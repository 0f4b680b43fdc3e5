import { snowflakeToDate } from '@dcs/shared/core'
import { getChannelsByGuild, listCoverageRows, type BotChannel, type CoverageRow } from '@dcs/shared/db'
import { hasMessages } from '@dcs/shared/domain'
import { Command } from 'commander'
import { print, printJson, printTable, withDatabase, withOptions, type Options } from './open.ts'
import { findTarget } from './target.ts'

/** Times between which a channel has not been read; `to` null: up to now. */
export type Gap = { from: Date; to: Date | null; reason: string }

/** What has been read of a channel. */
export type ChannelCoverage = {
  channelId: string
  name: string | null
  isReading: boolean
  state: CoverageRow['state']
  readFrom: Date | null
  readTo: Date | null
  gaps: Gap[]
}

/** `dcs coverage <server>`: what has been read of each channel, and why the rest has not. */
export function coverageCommand(): Command {
  return withOptions(
    new Command('coverage')
      .description('show what has been read of each channel, and what is missing')
      .argument('<server|channel>', 'its id or its name')
      .option('--gaps', 'only channels with something missing'),
  ).action(async (word: string, options: Options & { gaps?: boolean }) => {
    await withDatabase(options, async () => {
      const { guild, channel } = await findTarget(word)
      const channels = channel ? [channel] : await getChannelsByGuild(guild.guildId)
      const all = await listCoverage(channels)
      const shown = options.gaps ? all.filter(({ gaps }) => gaps.length > 0) : all
      if (options.json) printJson(shown)
      else if (shown.length === 0)
        print(options.gaps ? 'Nothing is missing.' : 'This server has no channels with messages.')
      else {
        printTable(['CHANNEL', 'STATE', 'READ FROM', 'TO', 'MISSING'], shown.flatMap(toLines))
        if (shown.some(({ gaps }) => gaps.length > 0)) print('"dcs scan <server|channel>" reads what is missing.')
      }
    })
  })
}

/** What has been read of these channels, in the order of the server's list. */
async function listCoverage(channels: readonly BotChannel[]): Promise<ChannelCoverage[]> {
  const rows = await listCoverageRows(channels.map(({ channelId }) => channelId))
  return channels
    .filter(({ type, deletedAt }) => hasMessages(type) && deletedAt === null)
    .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0) || (a.name ?? '').localeCompare(b.name ?? ''))
    .map((channel) => describeCoverage(channel, rows.get(channel.channelId)))
}

/** Says in times what the ranges of message ids say. */
export function describeCoverage(
  channel: Pick<BotChannel, 'channelId' | 'name' | 'isReading'>,
  row: Omit<CoverageRow, 'channelId'> | undefined,
): ChannelCoverage {
  const { channelId, name, isReading } = channel
  const ranges = row?.ranges ?? []
  const state = row?.state ?? 'unknown'
  const [first, last] = [ranges[0], ranges.at(-1)]
  const begin = BigInt(channelId)
  const reason = row?.stateDetail ?? (isReading ? 'not read yet' : 'reading is switched off')
  const gaps: Gap[] = []
  const add = (low: bigint, high: bigint | null) =>
    gaps.push({ from: dateOf(low < begin ? begin : low), to: high === null ? null : dateOf(high), reason })
  if (first && first.low > begin) add(begin, first.low)
  for (const [index, range] of ranges.entries()) {
    const next = ranges[index + 1]
    if (next) add(range.high, next.low)
  }
  const newest = row?.newestMessageId ? BigInt(row.newestMessageId) : null
  if (last ? newest !== null && newest > last.high : state !== 'empty') add(last?.high ?? begin, last ? newest : null)
  return {
    channelId,
    name,
    isReading,
    state,
    readFrom: first ? dateOf(first.low < begin ? begin : first.low) : null,
    readTo: last ? dateOf(last.high) : null,
    gaps,
  }
}

function toLines({ name, channelId, state, readFrom, readTo, gaps }: ChannelCoverage): string[][] {
  const missing = gaps.map(({ from, to, reason }) => `${day(from)} to ${to ? day(to) : 'now'}: ${reason}`)
  return [
    [`#${name ?? channelId}`, state.replaceAll('_', ' '), day(readFrom), day(readTo), missing[0] ?? '-'],
    ...missing.slice(1).map((line) => ['', '', '', '', line]),
  ]
}

function dateOf(id: bigint): Date {
  return snowflakeToDate(String(id))
}

function day(date: Date | null): string {
  return date ? date.toISOString().slice(0, 16).replace('T', ' ') : '-'
}
