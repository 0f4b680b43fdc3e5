import { snowflakeToDate } from '@dcs/shared/core'
import { database, listCoverageRows, type CoverageRow } from '@dcs/shared/db'
import { hasMessages, Permission, type IdRange } from '@dcs/shared/domain'
import { findReadChannels } from '@dcs/shared/jobs'
import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from 'discord-api-types/v10'
import type { ChatInteraction, Command } from './command.ts'
import { requireManager } from './manager.ts'

const CHANNELS_SHOWN = 12
const GAPS_SHOWN = 2

/** `/coverage`: what has been read of the server, and what is missing and why. */
export const coverage: Command<ChatInteraction> = {
  declaration: {
    type: ApplicationCommandType.ChatInput,
    name: 'coverage',
    description: 'Shows what has been read and what is missing',
    default_member_permissions: String(Permission.ManageGuild),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  execute: async ({ settings }, { guildId, permissions, answer }) => {
    requireManager(permissions, 'see what has been read')
    const read = await findReadChannels(guildId, { settings }, database())
    const ids = read.flatMap(({ channel }) => (hasMessages(channel.type) ? [channel.channelId] : []))
    if (ids.length === 0) return answer.show('No channel of this server is read. Switch one on first.')
    const rows = await listCoverageRows(ids)
    const missing = ids.flatMap((id) => {
      const line = describeMissing(id, rows.get(id))
      return line === null ? [] : [`<#${id}>: ${line}`]
    })
    const head =
      missing.length === 0
        ? `Everything is read: ${ids.length} ${ids.length === 1 ? 'channel or thread' : 'channels and threads'}.`
        : `${ids.length - missing.length} of ${ids.length} channels and threads are read without a gap.`
    const more = missing.length - CHANNELS_SHOWN
    const rest = more > 0 ? [`… and ${more} more. "dcs coverage" and the page Scans show all.`] : []
    const hint = missing.length > 0 ? ['/scan with mode complete reads what is missing.'] : []
    await answer.show([head, ...missing.slice(0, CHANNELS_SHOWN), ...rest, ...hint].join('\n'))
  },
}

/** What is missing of a channel, in a line; null when nothing is. */
export function describeMissing(channelId: string, row: Omit<CoverageRow, 'channelId'> | undefined): string | null {
  if (!row || (row.ranges.length === 0 && row.state !== 'empty'))
    return row?.stateDetail ?? 'nothing has been read yet.'
  const gaps = gapsIn(BigInt(channelId), row.ranges, row.newestMessageId === null ? null : BigInt(row.newestMessageId))
  if (gaps.length === 0) return null
  const shown = gaps.slice(-GAPS_SHOWN).map(({ low, high }) => `${moment(low)} to ${moment(high)}`)
  const earlier = gaps.length > GAPS_SHOWN ? `${gaps.length - GAPS_SHOWN} earlier gaps, ` : ''
  return `missing ${earlier}${shown.join(', ')}${row.stateDetail === null ? '' : ` (${row.stateDetail})`}`
}

/** What lies between the beginning of a channel and its newest message and is in no range. */
function gapsIn(begin: bigint, ranges: readonly IdRange[], newest: bigint | null): IdRange[] {
  const gaps: IdRange[] = []
  let next = begin
  for (const { low, high } of ranges) {
    if (low > next) gaps.push({ low: next, high: low - 1n })
    if (high >= next) next = high + 1n
  }
  if (newest !== null && newest >= next) gaps.push({ low: next, high: newest })
  return gaps
}

/** Discord shows it in the reader's time zone (https://docs.discord.com/developers/reference#message-formatting). */
function moment(id: bigint): string {
  return `<t:${Math.floor(snowflakeToDate(String(id)).getTime() / 1000)}:f>`
}
