import { parseSnowflake, SECOND, sleep } from '@dcs/shared/core'
import {
  database,
  findChannel,
  findChannelRules,
  listClipsOfMessage,
  noteAttachmentsRemoved,
  noteMessagesDeleted,
  storeClips,
  transaction,
  updateMessageText,
  type ChannelRules,
  type GoneClips,
} from '@dcs/shared/db'
import { avatarUrl } from '@dcs/shared/discord'
import { clipsIn, isClipIn, isThread } from '@dcs/shared/domain'
import { LIVE_PRIORITY } from '@dcs/shared/jobs'
import type { APIMessage } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import type { GapCloser } from './gap-closer.ts'

/** What an update of a message may hold: anything of it, or only what changed. */
export type MessageChange = Partial<APIMessage> & Pick<APIMessage, 'id' | 'channel_id'> & { guild_id?: string }

const RETRY_DELAYS_MS = [SECOND, 3 * SECOND]

/**
 * Takes in what happens to messages after they were posted: edits, attachments taken out, videos that Discord shows later, deletions. What cannot be stored
 * is tried again; then a re-check of the channel finds it, which is asked for until the database takes it.
 */
export class LiveChanges {
  readonly #context: BotContext
  readonly #gaps: GapCloser

  constructor(context: BotContext, gaps: GapCloser) {
    this.#context = context
    this.#gaps = gaps
  }

  /** An edit. Only a message that comes whole can say that a clip is not in it any more. */
  async update(change: MessageChange): Promise<void> {
    const { guild_id: guildId, channel_id: channelId } = change
    if (guildId === undefined) return
    await this.#patiently(guildId, channelId, async () => {
      const rules = await this.#rules(channelId)
      if (!rules) return
      if (!isWhole(change)) return keepText(change, rules)
      if (rules.isRead && rules.ignoresChannel === null) await this.#store(guildId, change, rules)
      const stored = await listClipsOfMessage(change.id)
      const kept = stored.filter((clip) => isClipIn(change, clip))
      if (kept.length === stored.length) return
      const keptIds = kept.map(({ id }) => id)
      const gone = await noteAttachmentsRemoved({
        guildId,
        channelId,
        messageId: change.id,
        keptIds,
        ...rules.deletion,
      })
      await this.#finish(gone, { guildId, channelId, messageId: change.id }, 'clips were taken out of a message')
    })
  }

  /** One or many deleted messages of a channel. */
  async remove(guildId: string, channelId: string, messageIds: readonly string[]): Promise<void> {
    await this.#patiently(guildId, channelId, async () => {
      const rules = await this.#rules(channelId)
      if (!rules) return
      const gone = await noteMessagesDeleted({ guildId, channelId, messageIds, ...rules.deletion })
      await this.#finish(gone, { guildId, channelId, messages: messageIds.length }, 'messages with clips were deleted')
    })
  }

  async #store(guildId: string, message: APIMessage, rules: ChannelRules): Promise<void> {
    const { config, queue } = this.#context
    const clips = clipsIn(message, rules.clips).map((clip) => ({
      ...clip,
      guildId,
      authorAvatar: clip.authorId ? avatarUrl(config.discord.cdnHosts, clip.authorId, clip.authorAvatarHash) : null,
    }))
    if (clips.length === 0) return keepText(message, rules)
    await transaction(async (tx) => {
      const wanted = await storeClips(clips, () => rules.dailyCap, tx)
      const payloads = wanted.map((clipId) => ({ clipId: parseSnowflake(clipId) }))
      await queue.enqueue('fetch-clip', payloads, tx, { priority: LIVE_PRIORITY })
    })
  }

  async #rules(channelId: string): Promise<ChannelRules | null> {
    const channel = await findChannel(channelId)
    if (!channel) return null
    const parent = isThread(channel.type) && channel.parentId ? await findChannel(channel.parentId) : null
    const { settings, config, identity } = this.#context
    return findChannelRules(settings, channel, parent, {
      cdnHosts: config.discord.cdnHosts,
      botUserId: identity.userId,
    })
  }

  async #patiently(guildId: string, channelId: string, work: () => Promise<void>): Promise<void> {
    const { log } = this.#context
    for (const delayMs of [...RETRY_DELAYS_MS, null]) {
      try {
        return await work()
      } catch (err) {
        log.warn({ err, guildId, channelId, delayMs }, 'a change of messages could not be stored')
        if (delayMs !== null) await sleep(delayMs)
      }
    }
    log.error({ guildId, channelId }, 'a change of messages could not be stored; a re-check will find it')
    this.#gaps.recheck(channelId)
  }

  /** Also has the files of erased clips removed. */
  async #finish(gone: GoneClips, where: Record<string, unknown>, phrase: string): Promise<void> {
    const { moved, kept, hidden, erased, hashes } = gone
    if (hashes.length > 0) await this.#context.queue.enqueue('purge', [{}], database())
    if (moved.length + kept.length + hidden.length + erased.length === 0) return
    const counts = { moved: moved.length, kept: kept.length, hidden: hidden.length, erased: erased.length }
    this.#context.log.info({ ...where, ...counts }, phrase)
  }
}

function isWhole(change: MessageChange): change is APIMessage & { guild_id: string } {
  return change.attachments !== undefined && change.author !== undefined && change.content !== undefined
}

function toDate(timestamp: string | null | undefined): Date | null {
  return timestamp ? new Date(timestamp) : null
}

async function keepText(
  { id, content, edited_timestamp: editedAt }: Pick<MessageChange, 'id' | 'content' | 'edited_timestamp'>,
  { clips }: ChannelRules,
): Promise<void> {
  if (clips.keepsText) await updateMessageText(id, content, toDate(editedAt))
}
