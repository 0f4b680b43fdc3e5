import { database, listCoverageRows, type BotChannel, type CoverageRow } from '@dcs/shared/db'
import { describeCoverage, hasMessages, Permission } from '@dcs/shared/domain'
import { findReadChannels } from '@dcs/shared/jobs'
import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from 'discord-api-types/v10'
import type { ChatInteraction, Command } from './command.ts'
import { requireManager } from './manager.ts'
import { findReadableChannels } from './member-access.ts'

const CHANNELS_SHOWN = 12
const GAPS_SHOWN = 2
const NOTHING = 'No channel that you may read is switched on. Switch one on first, on the page Scans.'

/** `/coverage`: what has been read of the channels that the person may read, and what is missing and why. */
export const coverage: Command<ChatInteraction> = {
  declaration: {
    type: ApplicationCommandType.ChatInput,
    name: 'coverage',
    description: 'Shows what has been read and what is missing',
    default_member_permissions: String(Permission.ManageGuild),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  execute: async ({ settings }, { guildId, userId, roleIds, permissions, answer }) => {
    requireManager(permissions, 'see what has been read')
    const readable = await findReadableChannels(guildId, { userId, roleIds })
    const channels = (await findReadChannels(guildId, { settings }, database()))
      .map(({ channel }) => channel)
      .filter(({ channelId, type }) => hasMessages(type) && readable.has(channelId))
    if (channels.length === 0) return answer.show(NOTHING)
    const rows = await listCoverageRows(channels.map(({ channelId }) => channelId))
    const missing = channels.flatMap((channel) => {
      const line = describeMissing(channel, rows.get(channel.channelId))
      return line === null ? [] : [`<#${channel.channelId}>: ${line}`]
    })
    const head =
      missing.length === 0
        ? `Everything is read: ${channels.length} ${channels.length === 1 ? 'channel or thread' : 'channels and threads'}.`
        : `${channels.length - missing.length} of ${channels.length} channels and threads are read without a gap.`
    const more = missing.length - CHANNELS_SHOWN
    const rest = more > 0 ? [`… and ${more} more. "dcs coverage" and the page Scans show all.`] : []
    const hint = missing.length > 0 ? ['/scan with mode complete reads what is missing.'] : []
    await answer.show([head, ...missing.slice(0, CHANNELS_SHOWN), ...rest, ...hint].join('\n'))
  },
}

/** What is read of a channel and when the newest gaps are, in a line; null when nothing is missing. Discord shows the times in the reader's time zone. */
function describeMissing(channel: BotChannel, row: CoverageRow | undefined): string | null {
  const { sentence, advice, isComplete, read, gaps } = describeCoverage(channel, row)
  if (isComplete) return null
  const times = gaps.slice(-GAPS_SHOWN).map(({ from, to }) => `${moment(from)} to ${to ? moment(to) : 'now'}`)
  const missing = read === null ? '' : `. Missing: ${gaps.length > GAPS_SHOWN ? '… ' : ''}${times.join(', ')}`
  return `${sentence}${missing}${advice === null ? '' : ` (${advice})`}`
}

/** See https://docs.discord.com/developers/reference#message-formatting. */
function moment(date: Date): string {
  return `<t:${Math.floor(date.getTime() / 1000)}:f>`
}
