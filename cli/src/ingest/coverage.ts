import { getChannelsByGuild, listCoverageRows, type BotChannel, type CoverageRow } from '@dcs/shared/db'
import { describeCoverage, hasMessages, type DescribedCoverage } from '@dcs/shared/domain'
import { Command } from 'commander'
import { print, printJson, printTable, withDatabase, withOptions, type Options } from './open.ts'
import { findTarget } from './target.ts'

/** What has been read of a channel; `advice` says what to do about its gaps. */
type ChannelCoverage = Omit<DescribedCoverage, 'read'> & {
  channelId: string
  name: string | null
  isReading: boolean
  state: CoverageRow['state']
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
        printTable(['CHANNEL', 'STATE', 'WHAT WAS READ', 'MISSING'], shown.flatMap(toLines))
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
    .map((channel) => {
      const { channelId, name, isReading } = channel
      const row = rows.get(channelId)
      const { read: _read, ...described } = describeCoverage(channel, row)
      const advice = described.advice ?? (isReading ? null : 'Reading is switched off.')
      return { channelId, name, isReading, state: row?.state ?? 'unknown', ...described, advice }
    })
}

function toLines({ name, channelId, state, sentence, advice, gaps }: ChannelCoverage): string[][] {
  const missing = gaps.map(({ from, to }) => `${minute(from)} to ${to ? minute(to) : 'now'}`)
  const more = [...missing.slice(1), ...(gaps.length > 0 && advice !== null ? [advice] : [])]
  return [
    [`#${name ?? channelId}`, state.replaceAll('_', ' '), sentence, missing[0] ?? '-'],
    ...more.map((line) => ['', '', '', line]),
  ]
}

function minute(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ')
}
