import { AppError, parseSnowflake } from '@dcs/shared/core'
import {
  findChannel,
  findChannelRules,
  listClipFates,
  notifyClips,
  recordAudit,
  storeClips,
  transaction,
  type BotChannel,
  type ChannelRules,
  type ClipFate,
} from '@dcs/shared/db'
import { avatarUrl } from '@dcs/shared/discord'
import { clipsIn, isThread, type FoundClip } from '@dcs/shared/domain'
import { LIVE_PRIORITY } from '@dcs/shared/jobs'
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type APIMessage,
} from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import type { Command, MessageInteraction } from './command.ts'
import { isManager } from './manager.ts'

/** "Save clip" in the menu of a message: stores its clips at once. Discord hands the message over, so it needs no Message Content intent. */
export const saveClip: Command<MessageInteraction> = {
  declaration: {
    type: ApplicationCommandType.Message,
    name: 'Save clip',
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  execute: async (context, { interaction, guildId, userId, permissions, answer }) => {
    const message = interaction.data.resolved.messages[interaction.data.target_id]
    if (!message) throw new AppError('invalid-input', `The interaction ${interaction.id} came without its message.`)
    const { channel, rules } = await requireChannel(context, message.channel_id, guildId, permissions)
    const found = clipsIn(message, rules.clips)
    if (found.length === 0) return answer.show(explainNothing(message, rules))
    const before = byId(await listClipFates(found.map(({ id }) => id)))
    await store(context, { guildId, userId, channel, rules, found, before })
    const after = byId(await listClipFates(found.map(({ id }) => id)))
    const lines = found.map((clip) => `${nameOf(clip)}: ${describeFate(before.get(clip.id), after.get(clip.id))}`)
    await answer.show(lines.join('\n'))
  },
}

/** The channel of the message. In one that is not read only managers may save, who could as well switch it on. */
async function requireChannel(
  { config, identity, settings }: BotContext,
  channelId: string,
  guildId: string,
  permissions: bigint,
): Promise<{ channel: BotChannel; rules: ChannelRules }> {
  const channel = await findChannel(channelId)
  if (!channel || channel.guildId !== guildId)
    throw new AppError('not-found', `Channel ${channelId} is not stored.`, {
      publicMessage: 'The bot does not see this channel. Give it View Channel here, then try again.',
    })
  const parent = isThread(channel.type) && channel.parentId ? await findChannel(channel.parentId) : null
  const { cdnHosts } = config.discord
  const rules = await findChannelRules(settings, channel, parent, { cdnHosts, botUserId: identity.userId })
  if (rules.ignoresChannel !== null)
    throw new AppError('forbidden', rules.ignoresChannel, { publicMessage: rules.ignoresChannel })
  if (!rules.isRead && !isManager(permissions))
    throw new AppError('forbidden', `Channel ${channelId} is not read.`, {
      publicMessage: 'Clips of this channel are not collected. Somebody with Manage Server can save one here.',
    })
  return { channel, rules }
}

/** Rows and jobs commit together; what failed before is tried again. */
async function store(
  { config, queue }: BotContext,
  save: {
    guildId: string
    userId: string
    channel: BotChannel
    rules: ChannelRules
    found: readonly FoundClip[]
    before: ReadonlyMap<string, ClipFate>
  },
): Promise<void> {
  const { guildId, userId, channel, rules, found, before } = save
  const { cdnHosts } = config.discord
  await transaction(async (tx) => {
    const clips = found.map((clip) => ({
      ...clip,
      channelId: channel.channelId,
      guildId,
      authorAvatar: clip.authorId ? avatarUrl(cdnHosts, clip.authorId, clip.authorAvatarHash) : null,
    }))
    const wanted = await storeClips(clips, () => rules.dailyCap, tx)
    const again = found.flatMap(({ id }) => (before.get(id)?.state === 'failed' ? [id] : []))
    const fetched = [...new Set([...wanted, ...again])]
    const payloads = fetched.map((id) => ({ clipId: parseSnowflake(id) }))
    await queue.enqueue('fetch-clip', payloads, tx, { priority: LIVE_PRIORITY })
    await notifyClips({ guildId, channelId: channel.channelId }, tx)
    const by = { guildId, actorId: userId, via: 'discord', action: 'clip.save' } as const
    for (const id of fetched) await recordAudit({ ...by, target: id }, tx)
  })
}

function explainNothing(message: APIMessage, { clips }: ChannelRules): string {
  const anything = {
    ...clips,
    acceptVideo: true,
    minVideoSeconds: 0,
    maxVideoSeconds: 0,
    maxSizeBytes: 0,
    textInclude: null,
    textExclude: null,
    acceptBots: true,
    acceptEmbeds: true,
  }
  return clipsIn(message, anything).length > 0
    ? 'The settings of this channel leave out what is in this message.'
    : 'There is no video in this message.'
}

function describeFate(before: ClipFate | undefined, after: ClipFate | undefined): string {
  if (after?.tombstone === 'removed') return 'somebody removed it from the library, so it is not saved again.'
  if (after?.tombstone) return 'it was erased from the library, so it is not saved again.'
  if (!after) return 'it could not be saved: Discord says that its message was deleted.'
  if (after.hiddenReason === 'daily_cap') return 'saved, but out of sight: this channel has enough clips of that day.'
  if (after.hiddenReason !== null) return 'it is kept, but out of sight.'
  if (!before) return 'saved.'
  return before.state === 'failed' ? 'it is tried again.' : 'it is in the library already.'
}

function nameOf({ title, filename }: FoundClip): string {
  return `**${(title ?? filename).replaceAll(/[*_`~|\\<>@#[\]]/g, String.raw`\$&`)}**`
}

function byId(fates: readonly ClipFate[]): Map<string, ClipFate> {
  return new Map(fates.map((fate) => [fate.clipId, fate]))
}
