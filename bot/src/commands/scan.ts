import { AppError, sleep } from '@dcs/shared/core'
import { database, hasOtherChannels, listGuildScans, type GuildScanSummary } from '@dcs/shared/db'
import { Permission } from '@dcs/shared/domain'
import { requestGuildScan } from '@dcs/shared/jobs'
import {
  ApplicationCommandOptionType as Option,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord-api-types/v10'
import { findUnreadable } from '../services/unreadable-channels.ts'
import type { ChatInteraction, Command } from './command.ts'
import { requireManager } from './manager.ts'
import { findReadableChannels } from './member-access.ts'
import { textOption } from './options.ts'
import { describeProgress } from './scan-progress.ts'

const FOLLOW_EVERY_MS = 5_000
const UNDER_WAY =
  'These channels are being scanned already. If you want another kind of scan, start it when this one is over.'
const MODES = { quick: 'quick', complete: 'complete', 're-check': 'recheck' } as const

/** `/scan`: starts a scan of the server or of one channel and shows how it goes. */
export const scan: Command<ChatInteraction> = {
  declaration: {
    type: ApplicationCommandType.ChatInput,
    name: 'scan',
    description: 'Looks for clips in messages of the past',
    default_member_permissions: String(Permission.ManageGuild),
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        type: Option.String,
        name: 'mode',
        description: 'What to do',
        required: true,
        choices: [
          { name: 'quick: ask the search index of Discord', value: 'quick' },
          { name: 'complete: read everything that was never read', value: 'complete' },
          { name: 're-check: look at stored clips again', value: 're-check' },
        ],
      },
      {
        type: Option.Channel,
        name: 'channel',
        description: 'Only this channel and its threads',
      },
    ],
  },
  execute: async (context, { interaction, guildId, userId, roleIds, permissions, answer, signal }) => {
    requireManager(permissions, 'start scans')
    const mode = toMode(textOption(interaction, 'mode'))
    const channelId = textOption(interaction, 'channel')
    const channelIds = channelId === null ? null : [channelId]
    const readable = await findReadableChannels(guildId, { userId, roleIds })
    if (channelId !== null && !readable.has(channelId))
      throw new AppError('not-found', `/scan was used for channel ${channelId}.`, {
        publicMessage: 'This channel does not exist, or you may not read it.',
      })
    const unreadable = await findUnreadable(context, guildId, channelIds, readable)
    const { scanId, created } = await requestGuildScan(
      context.queue,
      {
        guildId,
        mode,
        channelIds,
        requestedBy: userId,
        by: { actorId: userId, via: 'discord' },
        settings: context.settings,
      },
      database(),
    )
    const seesGuild = !(await hasOtherChannels(guildId, [...readable]))
    // It may be one that somebody else has begun, of other channels.
    const seesAll = ({ channelIds: all }: GuildScanSummary) => all?.every((id) => readable.has(id)) ?? seesGuild
    const head = created ? 'The scan has begun.' : UNDER_WAY
    let shown = ''
    while (true) {
      const summary = await findScan(guildId, scanId)
      const text = [
        head,
        ...(summary ? [describeProgress(summary, new Date(), seesAll(summary))] : []),
        ...unreadable,
      ].join('\n')
      if (text !== shown) await answer.show(text)
      shown = text
      if (!summary || isOver(summary) || signal.aborted) return
      if (answer.remainingMs() < 2 * FOLLOW_EVERY_MS) {
        await answer.show(
          `${text}\nIt goes on; this message does not change any more. Use /coverage to see how far it is.`,
        )
        return
      }
      await sleep(FOLLOW_EVERY_MS, signal).catch(() => {})
    }
  },
}

function toMode(text: string | null) {
  const mode = Object.entries(MODES).find(([name]) => name === text)?.[1]
  if (mode) return mode
  throw new AppError('invalid-input', `/scan was used with mode ${JSON.stringify(text)}.`, {
    publicMessage: 'Choose quick, complete or re-check as the mode.',
  })
}

async function findScan(guildId: string, scanId: string): Promise<GuildScanSummary | null> {
  return (await listGuildScans(guildId)).find((summary) => summary.scanId === scanId) ?? null
}

function isOver({ status }: GuildScanSummary): boolean {
  return status !== 'queued' && status !== 'running'
}
